import { restoreSection } from './restore-doc';
import { page, section } from './section';

const GENERATED = restoreSection();

test('docs/restore.md tells what the profiles say; UPDATE_DOCS=1 writes it', () => {
  expect(section('restore.md', 'restore', GENERATED)).toBe(GENERATED);
});

/** Tables of one server by what the page says of them. */
function tables(server: string, way: string): string[] {
  const [, rest] = page('restore.md').split(`### ${server}\n`);
  const rows = rest
    .split('\n#')[0]
    .split('\n')
    .map((line) => line.split(' | '));
  return rows.filter((row) => row[3]?.startsWith(way)).map(([name]) => name.replace(/[|` ]/g, ''));
}

// By hand from what each table keeps: users, clients and keys belong to one instant; revocations, grants and one-time values never go back.
test('Curity: seven tables to one instant, grants and tokens to the latest time', () => {
  const server = 'Curity Identity Server 11.0';
  expect(tables(server, 'restore to the instant')).toEqual([
    'curity-accounts',
    'curity-bucket',
    'curity-database-clients',
    'curity-database-service-providers',
    'curity-devices',
    'curity-dynamic-clients',
    'curity-links',
  ]);
  expect(tables(server, 'restore to the latest time')).toEqual(['curity-delegations', 'curity-tokens']);
  expect(tables(server, 'made empty')).toEqual(['curity-nonces', 'curity-sessions']);
});

test('Connect2id: revocations stay revoked, used one-time values stay used', () => {
  const server = 'Connect2id server 18.0, stateless';
  expect(tables(server, 'restore to the instant')).toEqual(['clients', 'federation_clients', 'jwks', 'jwks_history']);
  expect(tables(server, 'restore to the latest time')).toEqual([
    'id_access_tokens',
    'long_lived_authorizations',
    'revocation_journal',
  ]);
  expect(tables(server, 'it has no point-in-time recovery')).toEqual(['expended_tokens']);
  expect(tables(server, 'made empty')).toHaveLength(8);
});

test('the commands of the page restore what its table says', () => {
  const [set, latest] = [...page('restore.md').matchAll(/^for table in (.*); do$/gm)].map(([, names]) =>
    names.split(' ').map((name) => `curity-${name}`),
  );
  expect(set).toEqual(tables('Curity Identity Server 11.0', 'restore to the instant'));
  expect(latest).toEqual(tables('Curity Identity Server 11.0', 'restore to the latest time'));
});

test('sessions of connect-dynamodb are not restored', () => {
  expect(tables('connect-dynamodb', 'made empty')).toEqual(['sessions']);
});
