import { LIMITS, type Problems } from '../errors';
import { withoutIndexes, type TableSchema } from '../schema';
import { insightsState } from './contributor-insights';
import type { Answer, LiveTable, Unread } from './described';
import { betweenStates } from './described-between';
import { tableIdentity } from './described-identity';
import { schemaOfDescription } from './described-schema';
import type {
  DescribedCapacity,
  DescribedInsights,
  DescribedRecovery,
  DescribedTable,
  DescribedTag,
  DescribedTimeToLive,
} from './described-shape';
import type { ChangeKind } from './difference-change';
import type { BillingState, EncryptionState, StreamViewType, TableOwner, TableState, ThroughputState } from './table-state';
import { UNKNOWN_POLICY } from './intrinsics';

/** All answers about one table. */
export interface Described {
  readonly region: string;
  readonly table: DescribedTable;
  readonly timeToLive: Answer<DescribedTimeToLive>;
  readonly recovery: Answer<DescribedRecovery>;
  readonly tags: Answer<readonly DescribedTag[]>;
  /** Undefined when the table has none. */
  readonly policy: Answer<object | undefined>;
  readonly insights: Answer<readonly DescribedInsights[]>;
}

/** How tags begin that AWS writes itself, and refuses from anyone else. */
const SERVICE_TAG = 'aws:';
const STACK_TAG = 'aws:cloudformation:stack-name';
const LOGICAL_ID_TAG = 'aws:cloudformation:logical-id';

/** The state of a live table. What is turned on or off at the moment counts as if it were so already. */
export function liveTable(described: Described, problems: Problems): LiveTable | undefined {
  const { region, table } = described;
  const schema = standingSchema(table, problems);
  if (schema === undefined) {
    return undefined;
  }
  const [, , , , account = ''] = (table.TableArn ?? '').split(':');
  const timeToLive = valueOf(described.timeToLive) ?? {};
  const insights = valueOf(described.insights) ?? [];
  const tags = tagsOf(valueOf(described.tags) ?? []);
  const owner = ownerOf(tags);
  const billing = billingOf(table);
  const encryption = encryptionOf(table);
  const stream = table.StreamSpecification?.StreamEnabled === true ? table.StreamSpecification.StreamViewType : undefined;
  const policy = valueOf(described.policy);
  const identity = tableIdentity(table);
  return {
    state: {
      tableName: schema.tableName,
      account,
      region,
      owner,
      schema,
      billing,
      ...(stream !== undefined && { stream: stream as StreamViewType }),
      timeToLive: timeToLiveOf(timeToLive),
      pointInTimeRecovery: recoveryOf(valueOf(described.recovery) ?? {}),
      deletionProtection: table.DeletionProtectionEnabled ?? false,
      tableClass: (table.TableClassSummary?.TableClass ?? 'STANDARD') as TableState['tableClass'],
      encryption,
      tags: withoutServiceTags(tags),
      contributorInsights: insightsOf(insights),
      ...(policy !== undefined && { resourcePolicy: policy }),
      replicaRegions: replicaRegionsOf(table, region),
      consistency: table.MultiRegionConsistency === 'STRONG' ? 'STRONG' : 'EVENTUAL',
    },
    ...(identity !== undefined && { identity }),
    ...(stream !== undefined && table.LatestStreamArn !== undefined && { streamArn: table.LatestStreamArn }),
    unread: unreadOf(described, { owner, billing, encryption }),
    inBetween: betweenStates(table, timeToLive, insights),
  };
}

function valueOf<T>(answer: Answer<T>): T | undefined {
  return 'value' in answer ? answer.value : undefined;
}

/** The schema without indexes that are on their way out. */
function standingSchema(table: DescribedTable, problems: Problems): TableSchema | undefined {
  const schema = schemaOfDescription(table, problems);
  const going = (table.GlobalSecondaryIndexes ?? []).filter(({ IndexStatus: status }) => status === 'DELETING');
  return (
    schema &&
    withoutIndexes(
      schema,
      going.map(({ IndexName: name = '' }) => name),
    )
  );
}

function unreadOf(
  described: Described,
  { owner, billing, encryption }: Pick<TableState, 'owner' | 'billing' | 'encryption'>,
): Unread[] {
  const answers: readonly [ChangeKind, Answer<unknown>][] = [
    ['time-to-live', described.timeToLive],
    ['point-in-time-recovery', described.recovery],
    ['tags', described.tags],
    ['resource-policy', described.policy],
    ['contributor-insights', described.insights],
  ];
  const unread = answers.flatMap(([kind, answer]) =>
    'value' in answer ? [] : [{ kind, cause: answer.cause, reason: answer.reason }],
  );
  return [
    ...unread,
    ...(owner.kind === 'nobody' ? [{ kind: 'owner', cause: 'not in source', reason: 'no tag tells the stack' } as const] : []),
    ...(billing.mode === 'PROVISIONED'
      ? [{ kind: 'capacity', cause: 'not in source', reason: 'scaling targets are kept by another service' } as const]
      : []),
    ...(encryption.key === 'CUSTOMER_MANAGED'
      ? [{ kind: 'encryption', cause: 'not in source', reason: 'whose key it is, is kept by AWS KMS' } as const]
      : []),
  ];
}

/**
 * CloudFormation does not always tag tables, so that a table without such tags may have a stack nevertheless.
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2066
 */
function ownerOf(tags: TableState['tags']): TableOwner {
  const [stackName, logicalId] = [tags[STACK_TAG], tags[LOGICAL_ID_TAG]];
  return stackName === undefined || logicalId === undefined
    ? { kind: 'nobody' }
    : { kind: 'stack', stackName, logicalId, deletionPolicy: UNKNOWN_POLICY };
}

function tagsOf(tags: readonly DescribedTag[]): TableState['tags'] {
  return Object.fromEntries(tags.map(({ Key: key = '', Value: value = '' }) => [key, value]));
}

function withoutServiceTags(tags: TableState['tags']): TableState['tags'] {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith(SERVICE_TAG)));
}

function timeToLiveOf({ TimeToLiveStatus: status, AttributeName: attribute }: DescribedTimeToLive): TableState['timeToLive'] {
  return isOn(status) && attribute !== undefined ? { enabled: true, attribute } : { enabled: false };
}

function recoveryOf(recovery: DescribedRecovery): TableState['pointInTimeRecovery'] {
  const { PointInTimeRecoveryStatus: status, RecoveryPeriodInDays: days = LIMITS.recoveryPeriodInDays } = recovery;
  return isOn(status) ? { enabled: true, days } : { enabled: false };
}

function insightsOf(insights: readonly DescribedInsights[]): TableState['contributorInsights'] {
  return insightsState(
    insights.map(({ IndexName: indexName, ContributorInsightsStatus: status, ContributorInsightsMode: mode }) => ({
      indexName,
      isOn: isOn(status),
      mode,
    })),
  );
}

function isOn(status: string | undefined): boolean {
  return status === 'ENABLED' || status === 'ENABLING';
}

/** A key is taken for one of the customer: its ARN does not tell whether AWS manages it. */
function encryptionOf({ SSEDescription: encryption }: DescribedTable): EncryptionState {
  const { Status: status, SSEType: type, KMSMasterKeyArn: keyId } = encryption ?? {};
  if (type !== 'KMS' || status === 'DISABLED' || status === 'DISABLING') {
    return { key: 'AWS_OWNED' };
  }
  return keyId === undefined ? { key: 'AWS_MANAGED' } : { key: 'CUSTOMER_MANAGED', keyId };
}

/** The regions of the global table without those that are on their way out. */
function replicaRegionsOf({ Replicas: replicas = [] }: DescribedTable, region: string): string[] {
  const regions = replicas
    .filter(({ ReplicaStatus: status }) => status !== 'DELETING' && status !== 'CREATION_FAILED')
    .flatMap(({ RegionName: name }) => (name === undefined ? [] : [name]));
  return [...new Set([region, ...regions])].sort();
}

/** Servers that leave out the billing mode of an on-demand table still tell its capacity as 0. */
function billingOf(table: DescribedTable): BillingState {
  const isProvisioned = (table.ProvisionedThroughput?.ReadCapacityUnits ?? 0) > 0;
  const mode = (table.BillingModeSummary?.BillingMode ??
    (isProvisioned ? 'PROVISIONED' : 'PAY_PER_REQUEST')) as BillingState['mode'];
  const throughput = mode === 'PROVISIONED' ? provisioned : onDemand;
  const indexes = (table.GlobalSecondaryIndexes ?? [])
    .map((index) => [index.IndexName ?? '', throughput(index)] as const)
    .filter(([, state]) => Object.keys(state).length > 0);
  return { mode, table: throughput(table), indexes: Object.fromEntries(indexes) };
}

function provisioned({ ProvisionedThroughput: units }: DescribedCapacity): ThroughputState {
  const { ReadCapacityUnits: read = 0, WriteCapacityUnits: write = 0 } = units ?? {};
  return { read: { min: read, max: read }, write: { min: write, max: write } };
}

/** -1 says that there is no limit. */
function onDemand({ OnDemandThroughput: limits }: DescribedCapacity): ThroughputState {
  const { MaxReadRequestUnits: read = -1, MaxWriteRequestUnits: write = -1 } = limits ?? {};
  return { ...(read > 0 && { maxReadRequestUnits: read }), ...(write > 0 && { maxWriteRequestUnits: write }) };
}
