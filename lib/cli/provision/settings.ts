import type { ContributorInsightsMode, DynamoDBClient, TableDescription } from '@aws-sdk/client-dynamodb';
import { fail } from '../../errors';
import { insightsModes, isUnresolved, type TableState } from '../../state';
import type { DynamoSdk } from '../aws/sdk';
import { knownTags } from './create-request';

/** A table that stands, and what it should have. */
export interface Target {
  readonly sdk: DynamoSdk;
  readonly client: DynamoDBClient;
  readonly state: TableState;
  /** What DescribeTable said once the table was ready. */
  readonly description: TableDescription;
  /** Whether this run made the table. */
  readonly isNew: boolean;
}

/** One setting of a table. */
export interface Setting {
  readonly name: string;
  /** Whether the assembly asks for it. */
  readonly isWanted: (state: TableState) => boolean;
  /** Brings it about; a text says why it was not. */
  readonly apply: (target: Target) => Promise<string | undefined>;
}

/** In the order in which they are applied: ttl first, since it may show that the table is another one, to be left alone. */
export const SETTINGS: readonly Setting[] = [
  { name: 'ttl', isWanted: ({ timeToLive }) => timeToLive.enabled, apply: applyTimeToLive },
  { name: 'stream', isWanted: ({ stream }) => stream !== undefined, apply: applyStream },
  { name: 'deletion protection', isWanted: ({ deletionProtection }) => deletionProtection, apply: applyDeletionProtection },
  { name: 'table class', isWanted: ({ tableClass }) => tableClass !== 'STANDARD', apply: applyTableClass },
  { name: 'encryption', isWanted: ({ encryption }) => encryption.key !== 'AWS_OWNED', apply: checkEncryption },
  { name: 'tags', isWanted: ({ tags }) => Object.keys(tags).length > 0, apply: applyTags },
  {
    name: 'point-in-time recovery',
    isWanted: ({ pointInTimeRecovery }) => pointInTimeRecovery.enabled,
    apply: applyPointInTimeRecovery,
  },
  {
    name: 'contributor insights',
    isWanted: ({ contributorInsights }) => contributorInsights.enabled || contributorInsights.indexes.length > 0,
    apply: applyContributorInsights,
  },
  { name: 'resource policy', isWanted: ({ resourcePolicy }) => resourcePolicy !== undefined, apply: applyResourcePolicy },
];

const NOT_KEPT = 'the server did not keep it';

async function applyStream({ sdk, client, state, description, isNew }: Target): Promise<string | undefined> {
  const { stream } = state;
  const found = description.StreamSpecification?.StreamViewType;
  if (found === stream) {
    return undefined;
  }
  if (found !== undefined) {
    return `it has a stream of ${found}, which cannot be changed while it is on`;
  }
  if (isNew) {
    return NOT_KEPT;
  }
  const specification = { StreamEnabled: true, StreamViewType: stream };
  await client.send(new sdk.UpdateTableCommand({ TableName: state.tableName, StreamSpecification: specification }));
  return undefined;
}

async function applyDeletionProtection({ sdk, client, state, description, isNew }: Target): Promise<string | undefined> {
  if (description.DeletionProtectionEnabled === true) {
    return undefined;
  }
  if (isNew) {
    return NOT_KEPT;
  }
  await client.send(new sdk.UpdateTableCommand({ TableName: state.tableName, DeletionProtectionEnabled: true }));
  return undefined;
}

async function applyTableClass({ sdk, client, state, description, isNew }: Target): Promise<string | undefined> {
  const { tableName, tableClass } = state;
  if (description.TableClassSummary?.TableClass === tableClass) {
    return undefined;
  }
  if (isNew) {
    return NOT_KEPT;
  }
  await client.send(new sdk.UpdateTableCommand({ TableName: tableName, TableClass: tableClass }));
  return undefined;
}

/** A key is chosen when the table is made. */
function checkEncryption({ state, description, isNew }: Target): Promise<string | undefined> {
  const { keyId } = state.encryption;
  const isKnown = keyId === undefined || !isUnresolved(keyId);
  const reason =
    description.SSEDescription !== undefined || !isKnown ? undefined : isNew ? NOT_KEPT : 'the table was made without it';
  return Promise.resolve(reason);
}

async function applyTags({ sdk, client, state, description, isNew }: Target): Promise<string | undefined> {
  const arn = description.TableArn ?? '';
  const { known } = knownTags(state);
  const { Tags: found = [] } = await client.send(new sdk.ListTagsOfResourceCommand({ ResourceArn: arn }));
  const missing = known.filter(({ Key, Value }) => !found.some((tag) => tag.Key === Key && tag.Value === Value));
  if (missing.length === 0) {
    return undefined;
  }
  if (isNew) {
    return NOT_KEPT;
  }
  await client.send(new sdk.TagResourceCommand({ ResourceArn: arn, Tags: missing }));
  return undefined;
}

async function applyTimeToLive({ sdk, client, state, isNew }: Target): Promise<string | undefined> {
  const { tableName, timeToLive } = state;
  if (!timeToLive.enabled) {
    return undefined;
  }
  if (!isNew) {
    const { TimeToLiveDescription: found } = await client.send(new sdk.DescribeTimeToLiveCommand({ TableName: tableName }));
    const isOn = found?.TimeToLiveStatus === 'ENABLED' || found?.TimeToLiveStatus === 'ENABLING';
    if (isOn && found.AttributeName === timeToLive.attribute) {
      return undefined;
    }
    if (isOn) {
      fail('IDT0714', {
        what: `table '${tableName}' in ${state.region} expires items by another attribute`,
        given: `'${found.AttributeName}'`,
        allowed: `'${timeToLive.attribute}'`,
        fix: 'disable its ttl, wait an hour on AWS, and run the command again',
      });
    }
  }
  const specification = { Enabled: true, AttributeName: timeToLive.attribute };
  await client.send(new sdk.UpdateTimeToLiveCommand({ TableName: tableName, TimeToLiveSpecification: specification }));
  return undefined;
}

async function applyPointInTimeRecovery({ sdk, client, state }: Target): Promise<string | undefined> {
  const { tableName, pointInTimeRecovery } = state;
  if (!pointInTimeRecovery.enabled) {
    return undefined;
  }
  const { days } = pointInTimeRecovery;
  const specification = { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: days };
  const answer = await client.send(
    new sdk.UpdateContinuousBackupsCommand({ TableName: tableName, PointInTimeRecoverySpecification: specification }),
  );
  const kept = answer.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.RecoveryPeriodInDays;
  return kept === days ? undefined : `it is on, but the server did not keep the period of ${days} days`;
}

/** Servers that know no modes are not bothered with the default. */
async function applyContributorInsights({ sdk, client, state }: Target): Promise<string | undefined> {
  const { tableName, contributorInsights } = state;
  const { table, indexes } = insightsModes(contributorInsights);
  const isStated = contributorInsights.mode !== undefined || contributorInsights.indexModes !== undefined;
  const subjects = [...(table === undefined ? [] : [[undefined, table] as const]), ...indexes];
  const unknown = subjects.filter(([, mode]) => isUnresolved(mode));
  for (const subject of subjects) {
    const [index, mode] = subject;
    await client.send(
      new sdk.UpdateContributorInsightsCommand({
        TableName: tableName,
        IndexName: index,
        ContributorInsightsAction: 'ENABLE',
        ...(isStated && !unknown.includes(subject) && { ContributorInsightsMode: mode as ContributorInsightsMode }),
      }),
    );
  }
  return unknown.length === 0 ? undefined : 'it is on, but its mode is known to CloudFormation only';
}

async function applyResourcePolicy({ sdk, client, state, description }: Target): Promise<string | undefined> {
  const policy = JSON.stringify(state.resourcePolicy);
  if (isUnresolved(policy)) {
    return 'it holds values that are known to CloudFormation only';
  }
  await client.send(new sdk.PutResourcePolicyCommand({ ResourceArn: description.TableArn, Policy: policy }));
  return undefined;
}
