import { isUnresolved, resolve, type TemplateContext } from './intrinsics';

/** Undefined when only CloudFormation knows. */
type Truth = boolean | undefined;

/**
 * Tells whether the conditions of a template hold, with the parameters that are known.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
 */
export function conditionsOf(
  conditions: { readonly [name: string]: unknown },
  context: TemplateContext,
): (condition: string) => Truth {
  const known = new Map<string, Truth>();

  function holds(name: string): Truth {
    if (!known.has(name)) {
      // One that needs itself is never decided.
      known.set(name, undefined);
      known.set(name, Object.hasOwn(conditions, name) ? decide(conditions[name]) : undefined);
    }
    return known.get(name);
  }

  function decide(condition: unknown): Truth {
    const [[name, argument] = ['', undefined]] = Object.entries(condition ?? {}) as [string, unknown][];
    const parts = [argument].flat();
    switch (name) {
      case 'Condition':
        return holds(String(argument));
      case 'Fn::And':
        return every(parts.map(decide));
      case 'Fn::Or':
        return not(every(parts.map((part) => not(decide(part)))));
      case 'Fn::Not':
        return not(decide(parts[0]));
      case 'Fn::Equals':
        return isEqual(resolve(parts[0], context), resolve(parts[1], context));
      default:
        return undefined;
    }
  }

  return holds;
}

function not(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}

function every(truths: readonly Truth[]): Truth {
  return truths.includes(false) ? false : truths.includes(undefined) ? undefined : true;
}

/** CloudFormation compares texts, such as those that parameters are. */
function isEqual(a: unknown, b: unknown): Truth {
  const [one, other] = [a, b].map((value) => (typeof value === 'string' ? value : JSON.stringify(value ?? null)));
  return isUnresolved(one) || isUnresolved(other) ? undefined : one === other;
}
