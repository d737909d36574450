import type { Problems } from '../errors';
import { schemaFromCreateTable, type TableSchema } from '../schema';
import { statesOfGlobalTable } from './global-table';
import { conditionsOf } from './conditions';
import { isUnresolved, resolve, type Parameters, type TemplateContext } from './intrinsics';
import { GLOBAL_TABLE, SINGLE_REGION_TABLE, type Shape } from './property-shapes';
import { stateOfSingleRegionTable } from './single-region-table';
import type { TableState } from './table-state';
import type { GlobalTableProperties, Index, SingleRegionTableProperties, TableResource } from './template-shape';
import { typedProperties } from './typed-properties';

export interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties?: unknown;
  readonly DeletionPolicy?: unknown;
  readonly Metadata?: { readonly [key: string]: unknown };
}

export interface Template {
  readonly Parameters?: { readonly [logicalId: string]: { readonly Type: string; readonly Default?: unknown } };
  readonly Mappings?: unknown;
  readonly Conditions?: { readonly [name: string]: unknown };
  readonly Resources?: { readonly [logicalId: string]: Resource };
}

/** The states of every table of a template, as CloudFormation would make them. What cannot be read is a problem. */
export function tableStatesOfTemplate(template: Template, deployment: TemplateContext, problems: Problems): TableState[] {
  const context = contextOf(template, deployment);
  return Object.entries(template.Resources ?? {}).flatMap(([logicalId, resource]) => {
    if (logicalId.startsWith(LOOP)) {
      addLoop(`stack ${context.stackName}, ${logicalId}`, resource, problems);
      return [];
    }
    const from = { logicalId, resource, context, problems };
    if (resource.Type === 'AWS::DynamoDB::GlobalTable') {
      const table = read<GlobalTableProperties>(from, GLOBAL_TABLE);
      return table === undefined ? [] : statesOfGlobalTable(table);
    }
    if (resource.Type === 'AWS::DynamoDB::Table') {
      const table = read<SingleRegionTableProperties>(from, SINGLE_REGION_TABLE);
      return table === undefined ? [] : [stateOfSingleRegionTable(table)];
    }
    return [];
  });
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html */
const LOOP = 'Fn::ForEach::';

/** What the transform of language extensions makes of a loop is not read. */
function addLoop(what: string, loop: unknown, problems: Problems): void {
  if (JSON.stringify(loop).includes('"AWS::DynamoDB::')) {
    problems.add('IDT0722', {
      what: `${what}: its tables are known to CloudFormation only`,
      given: 'tables in a loop',
      allowed: 'a resource for each table',
      fix: 'write the tables out',
    });
  }
}

/** What a template is deployed with: the parameters that are given, the defaults of the others, and what they decide. */
export function contextOf(template: Template, deployment: TemplateContext): TemplateContext {
  const parameters = parametersOf(template, deployment);
  const context = { ...deployment, parameters, mappings: template.Mappings };
  return { ...context, holds: conditionsOf(template.Conditions ?? {}, context) };
}

function parametersOf({ Parameters = {} }: Template, { parameters: given }: TemplateContext): Parameters {
  const values = Object.entries(Parameters).map(([logicalId, { Type, Default }]) => {
    // The default of an SSM parameter is a name, not its value.
    const value = Object.hasOwn(given, logicalId) ? given[logicalId] : Type.startsWith('AWS::SSM::') ? undefined : Default;
    const isList = /List\b/.test(Type) && typeof value === 'string' && !isUnresolved(value);
    return [logicalId, isList ? value.split(',').map((item) => item.trim()) : value] as const;
  });
  return Object.fromEntries(values);
}

const READ_TYPES: ReadonlySet<string> = new Set([
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::CloudFormation::Stack',
]);

/** Whether parameters may decide something of tables; those of CDK itself do not. */
export function usesParameters({ Parameters = {}, Conditions: conditions, Resources = {} }: Template): boolean {
  const names = Object.keys(Parameters);
  if (names.length === 0) {
    return false;
  }
  const text = JSON.stringify([conditions, Object.values(Resources).filter(({ Type }) => READ_TYPES.has(Type))]);
  return names.some((name) => text.includes(name));
}

/** Whether a resource is made; undefined when only CloudFormation knows. */
export function isMade({ Condition: condition }: Resource, context: TemplateContext): boolean | undefined {
  return condition === undefined ? true : context.holds?.(condition);
}

export function addUndecided(subject: string, { Condition: condition }: Resource, problems: Problems): void {
  problems.add('IDT0722', {
    what: `${subject}: whether it is made is known to CloudFormation only`,
    given: `the condition '${condition}'`,
    allowed: 'a condition that can be decided before the deployment',
  });
}

type Indexed = (GlobalTableProperties | SingleRegionTableProperties) & { readonly GlobalSecondaryIndexes?: readonly Index[] };

interface Origin {
  readonly logicalId: string;
  readonly resource: Resource;
  readonly context: TemplateContext;
  readonly problems: Problems;
}

/** Undefined for a table that is not made, or cannot be read. */
function read<P extends Indexed>(origin: Origin, shape: Shape): TableResource<P> | undefined {
  const { logicalId, resource, context, problems } = origin;
  const source = `stack ${context.stackName}, table ${logicalId}`;
  const made = isMade(resource, context);
  if (made === undefined) {
    addUndecided(source, resource, problems);
  }
  if (made !== true) {
    return undefined;
  }
  const before = problems.all.length;
  const properties = typedProperties(resolve(resource.Properties ?? {}, context), shape, source, problems) as P;
  const schema = problems.all.length > before ? undefined : readSchema(logicalId, properties, context, problems);
  const policy = resolve(resource.DeletionPolicy, context);
  const deletionPolicy = typeof policy === 'string' ? policy : 'Delete';
  return schema && { logicalId, deletionPolicy, properties, schema, context };
}

function readSchema(
  logicalId: string,
  properties: Indexed,
  context: TemplateContext,
  problems: Problems,
): TableSchema | undefined {
  // CloudFormation adds random characters to a name that it makes up; they cannot be known.
  const tableName = properties.TableName ?? `${context.stackName}-${logicalId}`;
  const input = {
    // An unresolved name is kept, but it is not a name that could be validated.
    TableName: isUnresolved(tableName) ? 'unresolved' : tableName,
    AttributeDefinitions: properties.AttributeDefinitions,
    KeySchema: properties.KeySchema,
    GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes?.map(keysOfIndex),
    LocalSecondaryIndexes: properties.LocalSecondaryIndexes?.map(keysOfIndex),
  };
  const file = schemaFromCreateTable(input, `stack ${context.stackName}, table ${logicalId}`, problems);
  return file && { ...file.schema, tableName };
}

function keysOfIndex({ IndexName, KeySchema, Projection }: Index): Index {
  return { IndexName, KeySchema, Projection };
}
