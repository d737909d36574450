import { referencesOf, type Template } from './template';

/** What is known, before a deployment, of a table that a template does not have. */
export interface AbsentTable {
  /** Undefined where CloudFormation makes up the name. */
  readonly name: string | undefined;
  /** Of the stream that is on; undefined when there is none, or when only templates were read. */
  readonly streamArn: string | undefined;
}

/** By logical id. */
export type AbsentTables = ReadonlyMap<string, AbsentTable>;

/** What CloudFormation would put in the place of an attribute, as far as it is known. */
const ATTRIBUTES: { readonly [attribute: string]: ((table: AbsentTable) => string | undefined) | undefined } = {
  Arn: ({ name }) => name && `arn:\${AWS::Partition}:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/${name}`,
  StreamArn: ({ streamArn }) => streamArn,
};

/**
 * The template with the names and ARNs of tables that it does not have in the place of references to them: policies, alarms and
 * outputs go on to hold while a table is on its way. References to what is not known stay.
 */
export function withLiteralNames(template: Template, absent: AbsentTables): Template {
  if (absent.size === 0) {
    return template;
  }
  const { Resources: resources, Outputs: outputs } = template;
  return {
    ...template,
    ...(resources && { Resources: inEach(resources, absent) }),
    ...(outputs && { Outputs: inEach(outputs, absent) }),
  };
}

function inEach<T extends object>(parts: { readonly [id: string]: T }, absent: AbsentTables): { readonly [id: string]: T } {
  const needs = (part: T): boolean => [...referencesOf(part)].some((id) => absent.has(id));
  return Object.fromEntries(Object.entries(parts).map(([id, part]) => [id, needs(part) ? (replaced(part, absent) as T) : part]));
}

function replaced(value: unknown, absent: AbsentTables): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => replaced(item, absent));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value);
  const [[name, argument]] = entries.length === 1 ? entries : [['', undefined]];
  switch (name) {
    case 'Ref':
      return absent.get(String(argument))?.name ?? value;
    case 'Fn::GetAtt': {
      const [id, attribute] = Array.isArray(argument) ? argument.map(String) : splitAtDot(String(argument));
      const text = attributeOf(id, attribute, absent);
      return text === undefined ? value : { 'Fn::Sub': text };
    }
    case 'Fn::Sub':
      return { 'Fn::Sub': inText(argument, absent) };
    default:
      return Object.fromEntries(entries.map(([key, item]) => [key, replaced(item, absent)]));
  }
}

function inText(argument: unknown, absent: AbsentTables): unknown {
  if (Array.isArray(argument)) {
    const [text, variables] = argument as [unknown, unknown];
    return [inText(text, absent), replaced(variables, absent)];
  }
  return typeof argument !== 'string'
    ? argument
    : argument.replace(/\$\{([^!}]+)\}/g, (reference, path: string) => {
        const [id, attribute] = splitAtDot(path);
        return (attribute === undefined ? absent.get(id)?.name : attributeOf(id, attribute, absent)) ?? reference;
      });
}

function attributeOf(id: string, attribute: string | undefined, absent: AbsentTables): string | undefined {
  const table = absent.get(id);
  return table === undefined || attribute === undefined ? undefined : ATTRIBUTES[attribute]?.(table);
}

function splitAtDot(path: string): [id: string, attribute: string | undefined] {
  const dot = path.indexOf('.');
  return dot < 0 ? [path, undefined] : [path.slice(0, dot), path.slice(dot + 1)];
}
