import type { TableState } from '../../lib/state';

/** An on-demand table without any setting, which a stack of its region owns; and what a test has otherwise. */
export function bareTable(changes: Partial<TableState> = {}): TableState {
  const { tableName = 'users', region = 'eu-central-1' } = changes;
  return {
    tableName,
    account: '111122223333',
    region,
    owner: { kind: 'stack', stackName: 'Identity', logicalId: 'Users', deletionPolicy: 'Retain' },
    schema: { tableName, partitionKey: { name: 'id', type: 'S' }, globalIndexes: [], localIndexes: [] },
    billing: { mode: 'PAY_PER_REQUEST', table: {}, indexes: {} },
    timeToLive: { enabled: false },
    pointInTimeRecovery: { enabled: false },
    deletionProtection: false,
    tableClass: 'STANDARD',
    encryption: { key: 'AWS_OWNED' },
    tags: {},
    contributorInsights: { enabled: false, indexes: [] },
    replicaRegions: [region],
    consistency: 'EVENTUAL',
    ...changes,
  };
}
