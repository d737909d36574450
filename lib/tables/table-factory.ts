import { Tags, Validations } from 'aws-cdk-lib/core';
import {
  AttributeType,
  StreamViewType,
  TableV2,
  type Attribute,
  type GlobalSecondaryIndexPropsV2,
  type LocalSecondaryIndexProps,
  ProjectionType,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { LIMITS } from '../errors';
import type { IndexSchema, KeyAttribute } from '../schema';
import type { ServerTable } from '../servers';
import { tableEncryption } from './encryption';
import { constructId } from './names';
import { isReplicated, tableName, timeToLiveAttribute, type TableSet } from './table-set';

const TYPES = { S: AttributeType.STRING, N: AttributeType.NUMBER, B: AttributeType.BINARY } as const;

/** Makes the table in the scope's stack: with its replicas when it is replicated, which only the primary's stack may do. */
export function createTable(scope: Construct, set: TableSet, table: ServerTable, region: string): TableV2 {
  const { schema, profile } = table;
  const override = set.overrides[table.baseName] ?? {};
  const pointInTimeRecoveryEnabled =
    override.pointInTimeRecovery ?? (set.protection.pointInTimeRecovery && profile.pointInTimeRecovery);
  const replicated = isReplicated(set, table);
  const replicaRegions = replicated ? set.replicaRegions : [];
  const resource = new TableV2(scope, constructId(table), {
    tableName: tableName(set, table),
    partitionKey: attribute(schema.partitionKey),
    sortKey: schema.sortKey && attribute(schema.sortKey),
    globalSecondaryIndexes: schema.globalIndexes.map(globalIndex),
    localSecondaryIndexes: schema.localIndexes.map(localIndex),
    billing: override.billing ?? set.billing,
    timeToLiveAttribute: timeToLiveAttribute(set, table),
    // On every table: a stream can only be added while there is one replica, so a replica can be added later.
    dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
    pointInTimeRecoverySpecification: pointInTimeRecoveryEnabled
      ? { pointInTimeRecoveryEnabled, recoveryPeriodInDays: LIMITS.recoveryPeriodInDays }
      : { pointInTimeRecoveryEnabled },
    deletionProtection: override.deletionProtection ?? set.protection.deletionProtection,
    removalPolicy: set.protection.removalPolicy,
    tableClass: override.tableClass,
    contributorInsightsSpecification:
      override.contributorInsights === undefined ? undefined : { enabled: override.contributorInsights },
    encryption: tableEncryption(scope, set, region, replicaRegions),
    replicas: replicaRegions.map((replica) => ({ region: replica })),
  });
  tagTable(resource, set, table, replicated);
  if (!profile.pointInTimeRecovery) {
    Validations.of(resource).acknowledge({ id: 'identity-tables::PITR', reason: WITHOUT_RECOVERY[profile.restore] });
  }
  return resource;
}

/** Why the profile of a table asks for no point-in-time recovery, by its restore rule: told to IdentityTablesChecks. */
const WITHOUT_RECOVERY: { readonly [rule in ServerTable['profile']['restore']]: string } = {
  no: 'never restored: what it holds is of no use as of an earlier time',
  any: 'a cache, which the server fills again',
  'never-back': 'never restored: an older copy would revive what was used or revoked',
  set: 'the profile of the table asks for none',
};

/** Only Tags.of reaches every replica; a `tags` prop would reach one and win over it. */
function tagTable(resource: TableV2, set: TableSet, table: ServerTable, replicated: boolean): void {
  const tags = Tags.of(resource);
  tags.add('identity-tables:server', set.server.id);
  tags.add('identity-tables:table', table.baseName);
  tags.add('identity-tables:data-class', table.profile.dataClass);
  tags.add('identity-tables:placement', replicated ? 'replicated' : 'regional');
  if (table.doubts.length > 0) {
    tags.add('identity-tables:schema-evidence', table.evidence);
  }
}

function attribute(key: KeyAttribute): Attribute {
  return { name: key.name, type: TYPES[key.type] };
}

function projection(index: IndexSchema): Pick<LocalSecondaryIndexProps, 'projectionType' | 'nonKeyAttributes'> {
  return index.projectionType === 'INCLUDE'
    ? { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...index.nonKeyAttributes] }
    : { projectionType: ProjectionType[index.projectionType] };
}

function globalIndex(index: IndexSchema): GlobalSecondaryIndexPropsV2 {
  const [partitionKeys, sortKeys] = [index.partitionKeys.map(attribute), index.sortKeys.map(attribute)];
  return {
    indexName: index.indexName,
    ...(partitionKeys.length === 1 ? { partitionKey: partitionKeys[0] } : { partitionKeys }),
    ...(sortKeys.length > 1 ? { sortKeys } : { sortKey: sortKeys[0] }),
    ...projection(index),
  };
}

function localIndex(index: IndexSchema): LocalSecondaryIndexProps {
  return { indexName: index.indexName, sortKey: attribute(index.sortKeys[0]), ...projection(index) };
}
