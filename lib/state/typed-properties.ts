import type { Problems } from '../errors';
import { isUnresolved, withoutMarks } from './intrinsics';
import type { Kind, Shape } from './property-shapes';

/** How values are read, and what is told of one that is none: undefined is none. */
const KINDS: { readonly [kind in Kind]: { readonly allowed: string; readonly read: (value: unknown) => unknown } } = {
  boolean: { allowed: 'true or false', read: (value) => BOOLEANS.get(String(value).toLowerCase()) },
  number: { allowed: 'a number', read: (value) => (/^\d+(\.\d+)?$/.test(String(value)) ? Number(value) : undefined) },
  text: { allowed: 'a text', read: textOf },
  word: { allowed: 'a text', read: (value) => (isUnresolved(textOf(value) ?? '') ? undefined : textOf(value)) },
};
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

/** How much is shown of a value that cannot be read. */
const SHOWN = 200;

/**
 * The properties with values of the types that they have: CloudFormation takes a text for each of them. What is none, such as a function
 * that only CloudFormation knows where a setting is decided, is a problem.
 */
export function typedProperties(properties: unknown, shape: Shape, source: string, problems: Problems): unknown {
  const typed = (value: unknown, wanted: Shape, at: string): unknown => {
    if (typeof wanted === 'string') {
      return KINDS[wanted].read(value) ?? wrong(value, KINDS[wanted].allowed, at);
    }
    if (isList(wanted)) {
      return Array.isArray(value) ? typedItems(value, wanted[0], at) : wrong(value, 'a list', at);
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return wrong(value, 'an object', at);
    }
    const before = value as { readonly [name: string]: unknown };
    const changed = Object.entries(wanted).flatMap(([name, shapeOf]) => {
      const item = before[name];
      const after = item === undefined ? item : typed(item, shapeOf, at === '' ? name : `${at}.${name}`);
      return after === item ? [] : [[name, after] as const];
    });
    return changed.length === 0 ? value : { ...before, ...Object.fromEntries(changed) };
  };

  const typedItems = (value: readonly unknown[], wanted: Shape, at: string): readonly unknown[] => {
    const items = value.map((item, i) => typed(item, wanted, `${at}[${i}]`));
    return items.every((item, i) => item === value[i]) ? value : items;
  };

  const wrong = (value: unknown, allowed: string, at: string): undefined => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const isKnown = !isUnresolved(text);
    problems.add('IDT0722', {
      what: `${source}: ${at || 'Properties'} ${isKnown ? `is not ${allowed}` : 'is known to CloudFormation only'}`,
      given: withoutMarks(text).slice(0, SHOWN),
      allowed: isKnown ? allowed : `${allowed} that is known before the deployment`,
      ...(isKnown && { fix: `make it ${allowed}` }),
    });
    return undefined;
  };

  return typed(properties, shape, '');
}

function isList(shape: Exclude<Shape, Kind>): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'object' ? undefined : JSON.stringify(value);
}
