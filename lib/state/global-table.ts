import { insightsState } from './contributor-insights';
import { insightsSubject, sharedSettings } from './region-settings';
import type { CapacityRange, TableOwner, TableState, ThroughputState } from './table-state';
import type {
  AutoScaling,
  GlobalTableProperties,
  ReadThroughput,
  Replica,
  WriteThroughput,
  TableResource,
} from './template-shape';

/** The states of an AWS::DynamoDB::GlobalTable: one for each entry of Replicas, which also lists the region of the stack. */
export function statesOfGlobalTable(resource: TableResource<GlobalTableProperties>): TableState[] {
  const { properties, schema, context } = resource;
  const replicaRegions = properties.Replicas.map((replica) => replica.Region).sort();
  return properties.Replicas.map((replica) => ({
    tableName: schema.tableName,
    account: context.account,
    region: replica.Region,
    owner: ownerOf(resource, replica),
    schema,
    billing: billingOf(properties, replica),
    ...(properties.StreamSpecification && { stream: properties.StreamSpecification.StreamViewType }),
    ...sharedSettings(properties, replica, {
      enabled: properties.SSESpecification?.SSEEnabled,
      keyId: replica.SSESpecification?.KMSMasterKeyId,
    }),
    contributorInsights: contributorInsightsOf(replica),
    replicaRegions,
    consistency: properties.MultiRegionConsistency ?? 'EVENTUAL',
  }));
}

function ownerOf({ context, logicalId, deletionPolicy }: TableResource<unknown>, replica: Replica): TableOwner {
  return replica.Region === context.region
    ? { kind: 'stack', stackName: context.stackName, logicalId, deletionPolicy }
    : { kind: 'replica', primaryRegion: context.region };
}

/** Write throughput is written for all regions, read throughput for each. */
function billingOf(properties: GlobalTableProperties, replica: Replica): TableState['billing'] {
  const replicaIndexes = new Map(replica.GlobalSecondaryIndexes?.map((index) => [index.IndexName, index]));
  const indexes = (properties.GlobalSecondaryIndexes ?? [])
    .map((index) => [index.IndexName, throughput(index, replicaIndexes.get(index.IndexName) ?? {})] as const)
    .filter(([, state]) => Object.keys(state).length > 0);
  return {
    mode: properties.BillingMode ?? 'PROVISIONED',
    table: throughput(properties, replica),
    indexes: Object.fromEntries(indexes),
  };
}

function throughput(writes: WriteThroughput, reads: ReadThroughput): ThroughputState {
  const { ReadCapacityUnits: units, ReadCapacityAutoScalingSettings: scaledRead } = reads.ReadProvisionedThroughputSettings ?? {};
  const read = scaledRead ? scaled(scaledRead) : units === undefined ? undefined : { min: units, max: units };
  const scaledWrite = writes.WriteProvisionedThroughputSettings?.WriteCapacityAutoScalingSettings;
  const maxReadRequestUnits = reads.ReadOnDemandThroughputSettings?.MaxReadRequestUnits;
  const maxWriteRequestUnits = writes.WriteOnDemandThroughputSettings?.MaxWriteRequestUnits;
  return {
    ...(read && { read }),
    ...(scaledWrite && { write: scaled(scaledWrite) }),
    ...(maxReadRequestUnits !== undefined && { maxReadRequestUnits }),
    ...(maxWriteRequestUnits !== undefined && { maxWriteRequestUnits }),
  };
}

function scaled(settings: AutoScaling): CapacityRange {
  const targetUtilization = settings.TargetTrackingScalingPolicyConfiguration?.TargetValue;
  return {
    min: settings.MinCapacity,
    max: settings.MaxCapacity,
    ...(targetUtilization !== undefined && { targetUtilization }),
    ...(settings.SeedCapacity !== undefined && { seedCapacity: settings.SeedCapacity }),
  };
}

function contributorInsightsOf(replica: Replica): TableState['contributorInsights'] {
  return insightsState([replica, ...(replica.GlobalSecondaryIndexes ?? [])].map(insightsSubject));
}
