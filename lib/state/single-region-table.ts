import { insightsState } from './contributor-insights';
import { insightsSubject, sharedSettings } from './region-settings';
import type { TableState, ThroughputState } from './table-state';
import type { SingleRegionTableProperties, SingleRegionThroughput, TableResource } from './template-shape';

/** The state of an AWS::DynamoDB::Table, which stands in the region of its stack. */
export function stateOfSingleRegionTable(resource: TableResource<SingleRegionTableProperties>): TableState {
  const { properties, schema, context, logicalId, deletionPolicy } = resource;
  return {
    tableName: schema.tableName,
    account: context.account,
    region: context.region,
    owner: { kind: 'stack', stackName: context.stackName, logicalId, deletionPolicy },
    schema,
    billing: billingOf(properties),
    ...(properties.StreamSpecification && { stream: properties.StreamSpecification.StreamViewType }),
    ...sharedSettings(properties, properties, {
      enabled: properties.SSESpecification?.SSEEnabled,
      keyId: properties.SSESpecification?.KMSMasterKeyId,
    }),
    contributorInsights: contributorInsightsOf(properties),
    replicaRegions: [context.region],
    consistency: 'EVENTUAL',
  };
}

function billingOf(properties: SingleRegionTableProperties): TableState['billing'] {
  const indexes = (properties.GlobalSecondaryIndexes ?? [])
    .map((index) => [index.IndexName, throughput(index)] as const)
    .filter(([, state]) => Object.keys(state).length > 0);
  return {
    mode: properties.BillingMode ?? 'PROVISIONED',
    table: throughput(properties),
    indexes: Object.fromEntries(indexes),
  };
}

function throughput({ ProvisionedThroughput: fixed, OnDemandThroughput: limits }: SingleRegionThroughput): ThroughputState {
  return {
    ...(fixed && {
      read: { min: fixed.ReadCapacityUnits, max: fixed.ReadCapacityUnits },
      write: { min: fixed.WriteCapacityUnits, max: fixed.WriteCapacityUnits },
    }),
    ...(limits?.MaxReadRequestUnits !== undefined && { maxReadRequestUnits: limits.MaxReadRequestUnits }),
    ...(limits?.MaxWriteRequestUnits !== undefined && { maxWriteRequestUnits: limits.MaxWriteRequestUnits }),
  };
}

function contributorInsightsOf(properties: SingleRegionTableProperties): TableState['contributorInsights'] {
  return insightsState([properties, ...(properties.GlobalSecondaryIndexes ?? [])].map(insightsSubject));
}
