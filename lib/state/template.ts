import type { Problems } from '../errors';
import { schemaFromCreateTable, type TableSchema } from '../schema';
import { statesOfGlobalTable } from './global-table';
import { isUnresolved, resolve, type TemplateContext } from './intrinsics';
import { stateOfSingleRegionTable } from './single-region-table';
import type { TableState } from './table-state';
import type { GlobalTableProperties, Index, SingleRegionTableProperties, TableResource } from './template-shape';

export interface Resource {
  readonly Type: string;
  readonly Properties?: unknown;
  readonly DeletionPolicy?: string;
  readonly Metadata?: { readonly [key: string]: unknown };
}

export interface Template {
  readonly Parameters?: { readonly [logicalId: string]: { readonly Type: string; readonly Default?: unknown } };
  readonly Resources?: { readonly [logicalId: string]: Resource };
}

/** The states of every table of a template, as CloudFormation would make them. What cannot be read is a problem. */
export function tableStatesOfTemplate(template: Template, deployment: TemplateContext, problems: Problems): TableState[] {
  const context = withDefaults(template, deployment);
  return Object.entries(template.Resources ?? {}).flatMap(([logicalId, resource]) => {
    if (resource.Type === 'AWS::DynamoDB::GlobalTable') {
      const table = read<GlobalTableProperties>(logicalId, resource, context, problems);
      return table === undefined ? [] : statesOfGlobalTable(table);
    }
    if (resource.Type === 'AWS::DynamoDB::Table') {
      const table = read<SingleRegionTableProperties>(logicalId, resource, context, problems);
      return table === undefined ? [] : [stateOfSingleRegionTable(table)];
    }
    return [];
  });
}

/** The parameters that are given, and the defaults of the others. The default of an SSM parameter is a name, not its value. */
export function withDefaults(template: Template, deployment: TemplateContext): TemplateContext {
  const defaults = Object.entries(template.Parameters ?? {})
    .filter(([, parameter]) => parameter.Default !== undefined && !parameter.Type.startsWith('AWS::SSM::'))
    .map(([logicalId, parameter]) => [logicalId, parameter.Default] as const);
  return { ...deployment, parameters: { ...Object.fromEntries(defaults), ...deployment.parameters } };
}

type Indexed = (GlobalTableProperties | SingleRegionTableProperties) & { readonly GlobalSecondaryIndexes?: readonly Index[] };

function read<P extends Indexed>(
  logicalId: string,
  resource: Resource,
  context: TemplateContext,
  problems: Problems,
): TableResource<P> | undefined {
  const properties = resolve(resource.Properties, context) as P;
  const schema = readSchema(logicalId, properties, context, problems);
  return schema && { logicalId, deletionPolicy: resource.DeletionPolicy ?? 'Delete', properties, schema, context };
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
