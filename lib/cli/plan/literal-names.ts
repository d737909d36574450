import type { Json, Template, TemplateResource } from './template';

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
  const resources = Object.entries(template.Resources ?? {}).map(
    ([id, resource]) => [id, replaced(resource, absent) as TemplateResource] as const,
  );
  return {
    ...template,
    Resources: Object.fromEntries(resources),
    ...(template.Outputs && { Outputs: replaced(template.Outputs, absent) as Json }),
  };
}

function replaced(value: unknown, absent: AbsentTables): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => replaced(item, absent));
    return items.every((item, i) => item === value[i]) ? value : items;
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
    default: {
      // Templates are large, and little in them refers to a table: the rest stays the same object.
      const items = entries.map(([key, item]) => [key, replaced(item, absent)] as const);
      return items.every(([, item], i) => item === entries[i][1]) ? value : Object.fromEntries(items);
    }
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
