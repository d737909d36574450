import { lostRegionSection } from './lost-region-doc';
import { page, section } from './section';

const GENERATED = lostRegionSection();

test('docs/lost-region.md tells what the profiles say; UPDATE_DOCS=1 writes it', () => {
  expect(section('lost-region.md', 'servers', GENERATED)).toBe(GENERATED);
});

/** The text of one preset of one server. */
function part(server: string, preset: string): string {
  const [, rest] = page('lost-region.md').split(`### ${server}\n`);
  return rest.split('\n### ')[0].split(`**${preset}**: `)[1].split('\n**')[0];
}

// Counts by hand: tables of the server and of its presets in the vendors' documentation.
test.each([
  ['Connect2id server 18.0, stateless', [0, 5, 7, 16], 16],
  ['Curity Identity Server 11.0', [0, 7, 9, 11], 11],
  ['connect-dynamodb', [0, 0, 0, 1], 1],
])('%s: survivors by preset', (server, survivors, all) => {
  expect(
    ['none', 'absolute-minimal', 'minimal', 'full'].map((preset) => part(server, preset).split(' tables survive')[0]),
  ).toEqual(survivors.map((count) => `${count} of ${all}`));
});

test('every table has one row, and its restore rule in words', () => {
  const rows = page('lost-region.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(rows).toHaveLength(16 + 11 + 1);
  const cells = (table: string) => rows.find((row) => row.startsWith(`| \`${table}\``))!.split(' | ');
  expect(cells('curity-delegations').slice(2, 4)).toEqual(['durable', 'minimal, full']);
  expect(cells('curity-delegations')[5]).toBe('never to an older state |');
  expect(cells('clients').slice(2, 4)).toEqual(['durable', 'absolute-minimal, minimal, full']);
  expect(cells('sessions')[3]).toBe('full');
  expect(new Set(rows.map((row) => row.split(' | ').length))).toEqual(new Set([6]));
});

test('what to do follows from the tables that are gone, revocations first', () => {
  const steps = (server: string, preset: string) =>
    part(server, preset)
      .split('\n')
      .filter((line) => /^\d+\. /.test(line))
      .map((line) => line.split(': ')[0]);
  expect(steps('Curity Identity Server 11.0', 'minimal')).toEqual(['1. `curity-sessions`', '2. `curity-nonces`']);
  expect(steps('Curity Identity Server 11.0', 'absolute-minimal')).toEqual([
    '1. `curity-delegations`',
    '2. `curity-tokens`',
    '3. `curity-sessions`',
    '4. `curity-nonces`',
  ]);
  expect(steps('Connect2id server 18.0, stateless', 'minimal')).toEqual([
    '1. `expended_tokens`',
    '2. `sub_index`, `sub_sessions`',
    '3. `auth_sessions`, `consent_sessions`, `login_hint_tokens`, `pending_codes`',
    '4. `client_jwks`, `request_jwts`',
  ]);
  expect(steps('connect-dynamodb', 'full')).toEqual(['1. Repeat revocations and logouts of the last minutes']);
});

test('with nothing replicated every table has something to do', () => {
  for (const [server, tables] of [
    ['Connect2id server 18.0, stateless', 16],
    ['Curity Identity Server 11.0', 11],
    ['connect-dynamodb', 1],
  ] as const) {
    const named = part(server, 'none').match(/(?<=[.,] )`[a-z0-9_-]+`/g);
    expect(new Set(named).size).toBe(tables);
  }
});
