import { contextOf, isMade, resolve, type TemplateContext } from '../../state';
import type { Json, Template, TemplateResource } from './template';

/** The parts of a table in which entries are found by name, and those whose values are looked at as they are written. */
const LISTS = ['GlobalSecondaryIndexes', 'LocalSecondaryIndexes', 'Replicas'];
const RESOLVED = ['IndexName', 'Region', 'TimeToLiveSpecification'];
const TABLES: ReadonlySet<string> = new Set(['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table']);

/**
 * The template with the entries and names of replicas and indexes in the place of functions that lead to them; what stands in an entry
 * stays as it is written. A table that a condition lets be made is made without it: in a step it may stand beside conditions of another
 * template.
 */
export function withKnownParts<T extends Template>(template: T, deployment: TemplateContext): T {
  const context = contextOf(template, deployment);
  const resources = Object.entries(template.Resources ?? {}).map(([id, resource]) => [id, withKnown(resource, context)] as const);
  return { ...template, Resources: Object.fromEntries(resources) };
}

function withKnown(resource: TemplateResource, context: TemplateContext): TemplateResource {
  if (!TABLES.has(resource.Type) || resource.Properties === undefined || isMade(resource, context) !== true) {
    return resource;
  }
  const unconditional = Object.entries(resource).filter(([name]) => name !== 'Condition');
  return { ...Object.fromEntries(unconditional), Type: resource.Type, Properties: partOf(resource.Properties, context) };
}

function partOf(part: Json, context: TemplateContext): Json {
  const known: { [name: string]: unknown } = { ...part };
  for (const name of LISTS.filter((list) => known[list] !== undefined)) {
    known[name] = entriesOf(known[name], context);
  }
  for (const name of RESOLVED.filter((each) => typeof known[each] === 'object')) {
    known[name] = resolve(known[name], context);
  }
  return known;
}

/** Those of one branch of Fn::If, where it is known which one; undefined when there are none. */
function entriesOf(value: unknown, context: TemplateContext): unknown {
  const list = branchOf(value, context);
  return Array.isArray(list)
    ? list
        .map((entry) => branchOf(entry, context))
        .filter((entry) => entry !== undefined)
        .map((entry) => (isObject(entry) ? partOf(entry, context) : entry))
    : list;
}

function branchOf(value: unknown, context: TemplateContext): unknown {
  if (!isObject(value)) {
    return value;
  }
  if (value.Ref === 'AWS::NoValue') {
    return undefined;
  }
  const [condition, whenTrue, whenFalse] = (value['Fn::If'] ?? []) as unknown[];
  const holds = typeof condition === 'string' ? context.holds?.(condition) : undefined;
  return holds === undefined ? value : branchOf(holds ? whenTrue : whenFalse, context);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
