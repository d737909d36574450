import type { DataClass, RestoreRule, ServerDefinition, ServerTable } from '../../lib/servers';
import { IdentityServer } from '../../lib';
import { tablesOfPreset } from '../../lib/tables/replication';
import { PRESET_NAMES, type PresetName } from '../tables/cases';
import { markdownTable } from './section';

const SERVERS: [string, IdentityServer][] = [
  ['Connect2id server 18.0, stateless', IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true })],
  ['Curity Identity Server 11.0', IdentityServer.curity({ version: '11.0' })],
  ['connect-dynamodb', IdentityServer.connectDynamoDb()],
];

/** What to do about tables that the lost region had for itself, by restore rule and data class, in the order of the work. */
const TO_DO: readonly (readonly [RestoreRule, DataClass, string])[] = [
  [
    'never-back',
    'durable',
    'a revocation counts only where it was made, so repeat in every region that is left what was revoked in the lost one; users allow clients again',
  ],
  [
    'set',
    'durable',
    'the lost region has the only copy, so wait for it if you can; what cannot wait is made again in one region that is left, and exists twice afterwards',
  ],
  [
    'never-back',
    'recoverable',
    'tokens of the lost region are refused, and clients ask for new ones: expect a peak of token requests',
  ],
  [
    'never-back',
    'transient',
    'a one-time value that was used in the lost region is accepted once more: revoke the refresh tokens of users in doubt',
  ],
  ['no', 'recoverable', 'users log in again: expect a peak of logins'],
  ['no', 'transient', 'flows that were in progress begin again: nothing to do'],
  ['any', 'transient', 'caches fill themselves: nothing to do'],
];

const RESTORE = {
  set: 'the whole set to one instant',
  'never-back': 'never to an older state',
  no: 'not',
  any: 'not needed',
} as const;

/** The generated section of docs/lost-region.md. */
export function lostRegionSection(): string {
  return SERVERS.map(([title, server]) => serverSection(title, server._definition)).join('\n');
}

function serverSection(title: string, server: ServerDefinition): string {
  return [
    `### ${title}\n\n`,
    markdownTable(
      ['table', 'holds', 'class', 'survives with', 'when it does not survive', 'restore'],
      server.tables.map((table) => [
        `\`${table.baseName}\``,
        table.profile.purpose,
        table.profile.dataClass,
        PRESET_NAMES.filter((preset) => tablesOfPreset(server, preset).includes(table.baseName)).join(', '),
        table.profile.belowPreset ?? 'it is unknown in other regions',
        RESTORE[table.profile.restore],
      ]),
    ),
    ...PRESET_NAMES.map((preset) => presetPart(server, preset)),
  ].join('');
}

function presetPart(server: ServerDefinition, preset: PresetName): string {
  const survivors = tablesOfPreset(server, preset);
  const gone = server.tables.filter((table) => !survivors.includes(table.baseName));
  const steps = TO_DO.flatMap(([restore, dataClass, step]) => {
    const tables = gone.filter(({ profile }) => profile.restore === restore && profile.dataClass === dataClass);
    return tables.length === 0 ? [] : [`${names(tables)}: ${step}.`];
  });
  const all = gone.length === 0 ? ['Repeat revocations and logouts of the last minutes: the region may not have sent them.'] : [];
  return [
    `\n**${preset}**: ${survivors.length} of ${server.tables.length} tables survive. `,
    `Users and clients: ${server.consequences?.[preset] ?? 'what is not replicated is unknown elsewhere'}. To do:\n\n`,
    ...[...steps, ...all].map((step, i) => `${i + 1}. ${step}\n`),
  ].join('');
}

function names(tables: readonly ServerTable[]): string {
  return tables.map((table) => `\`${table.baseName}\``).join(', ');
}
