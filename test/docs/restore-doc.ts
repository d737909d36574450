import { IdentityServer } from '../../lib';
import type { ServerTable } from '../../lib/servers';
import { markdownTable } from './section';

const SERVERS: [string, IdentityServer][] = [
  ['Connect2id server 18.0, stateless', IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true })],
  ['Curity Identity Server 11.0', IdentityServer.curity({ version: '11.0' })],
  ['connect-dynamodb', IdentityServer.connectDynamoDb()],
];

const RULES = { set: 'set', 'never-back': 'never back', no: 'no', any: 'any' } as const;

/** The generated section of docs/restore.md. */
export function restoreSection(): string {
  return SERVERS.map(([title, server]) => {
    const rows = server._definition.tables.map((table) => [
      `\`${table.baseName}\``,
      table.profile.dataClass,
      RULES[table.profile.restore],
      wayOf(table),
    ]);
    return `### ${title}\n\n${markdownTable(['table', 'class', 'rule', 'in the new set'], rows)}`;
  }).join('\n');
}

function wayOf({ profile: { restore, pointInTimeRecovery } }: ServerTable): string {
  switch (restore) {
    case 'set':
      return 'restore to the instant';
    case 'never-back':
      return pointInTimeRecovery
        ? 'restore to the latest time'
        : 'it has no point-in-time recovery: `create-backup` when the servers have stopped, then `restore-table-from-backup`';
    case 'no':
    case 'any':
      return 'made empty';
  }
}
