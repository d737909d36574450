import type { Json, Template, TemplateResource } from './template';

/** A table that a template does not have, by logical id: its name where that is known before a deployment. */
export type AbsentTables = ReadonlyMap<string, string | undefined>;

/** What CloudFormation would put in the place of a reference, as far as the name of the table tells it. */
const ATTRIBUTES: { readonly [attribute: string]: ((name: string) => string) | undefined } = {
  Arn: (name) => `arn:\${AWS::Partition}:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/${name}`,
};

/**
 * The template with the names and ARNs of tables that it does not have in the place of references to them: policies, alarms and
 * outputs go on to hold while a table is on its way. References to what a name does not tell stay.
 */
export function withLiteralNames(template: Template, absent: AbsentTables): Template {
  if (absent.size === 0) {
    return template;
  }
  const resources = Object.entries(template.Resources ?? {}).map(([id, resource]) => [id, literal(resource, absent)] as const);
  return {
    ...template,
    Resources: Object.fromEntries(resources),
    ...(template.Outputs && { Outputs: replaced(template.Outputs, absent) as Json }),
  };
}

function literal(resource: TemplateResource, absent: AbsentTables): TemplateResource {
  const { DependsOn: before, ...rest } = replaced(resource, absent) as TemplateResource;
  const after = [before ?? []].flat().filter((id) => absent.get(id) === undefined);
  return { ...rest, ...(after.length > 0 && { DependsOn: after }) };
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
      return absent.get(String(argument)) ?? value;
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
        return (attribute === undefined ? absent.get(id) : attributeOf(id, attribute, absent)) ?? reference;
      });
}

function attributeOf(id: string, attribute: string | undefined, absent: AbsentTables): string | undefined {
  const name = absent.get(id);
  return name === undefined || attribute === undefined ? undefined : ATTRIBUTES[attribute]?.(name);
}

function splitAtDot(path: string): [id: string, attribute: string | undefined] {
  const dot = path.indexOf('.');
  return dot < 0 ? [path, undefined] : [path.slice(0, dot), path.slice(dot + 1)];
}
