import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { EU, PlanSetup, US, type PlannedStack } from './plan-setup';
import { globalTable } from './verify-assembly';

// When a plan speaks of an upgrade of a server, and when of a migration of its items.

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
});
afterEach(() => setup.stop());

type Json = Record<string, unknown>;

const stack = (tables: PlannedStack['tables'], name = 'Identity', region = EU): PlannedStack => ({ name, region, tables });

/** Indexes such as `mail-index` on the attribute `mail`. */
function indexed(...names: string[]): Json {
  const attribute = (name: string): string => name.replace(/-index$/, '');
  return {
    AttributeDefinitions: ['id', ...names.map(attribute)].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: names.map((IndexName) => ({
      IndexName,
      KeySchema: [{ AttributeName: attribute(IndexName), KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    })),
  };
}

/** A table with the tags that the library gives those of a server. */
function table(server: string, name: string, regions: readonly string[] = [EU], more: Json = {}, prefix = ''): Json {
  const Tags = [
    { Key: 'identity-tables:server', Value: server },
    { Key: 'identity-tables:table', Value: name },
  ];
  return globalTable(`${prefix}${name}`, regions, more, { Tags });
}

const instructionsOf = (title: string): (readonly string[])[] =>
  setup.steps.filter((step) => step.title === title).map(({ instructions }) => instructions);
const upgrades = (): (readonly string[])[] => instructionsOf('upgrade the server');
const between = async (from: PlannedStack[], to: PlannedStack[]): Promise<void> => {
  expect(await setup.between(setup.app('old', ...from), setup.app('new', ...to))).toMatchObject({ code: 0, err: '' });
};

describe('an upgrade', () => {
  test('is told of the one server that gets a table, with its own tables alone', async () => {
    const before = { Users: table('curity', 'users'), Grants: table('connect2id', 'grants') };
    await between(
      [stack(before)],
      [stack({ ...before, Devices: table('curity', 'devices'), Other: globalTable('other', [EU]) })],
    );
    expect(upgrades()).toEqual([
      ['install the new release of curity in eu-central-1', 'what it uses and the former one did not: table devices'],
    ]);
    expect(instructionsOf('grant the new release its permissions')).toEqual([
      [expect.any(String), expect.stringContaining('identity-tables policy runtime --server curity prints what it needs')],
    ]);
  });

  test('is told of each server that gets something, with what it gets', async () => {
    await between(
      [stack({ Users: table('curity', 'users'), Grants: table('connect2id', 'grants') })],
      [
        stack({
          Users: table('curity', 'users', [EU], indexed('mail-index', 'name-index')),
          Grants: table('connect2id', 'grants'),
          Codes: table('connect2id', 'codes'),
        }),
      ],
    );
    const told = upgrades().map(([install, additions]) => [install.split(' ')[5], additions]);
    expect(told.sort()).toEqual([
      ['connect2id', 'what it uses and the former one did not: table codes'],
      ['curity', 'what it uses and the former one did not: index mail-index of users, index name-index of users'],
    ]);
  });

  test('an index that stands is not new, and one that only goes makes no upgrade', async () => {
    await between(
      [stack({ Users: table('curity', 'users', [EU], indexed('mail-index', 'old-index')) })],
      [stack({ Users: table('curity', 'users', [EU], indexed('mail-index', 'name-index')) })],
    );
    expect(upgrades()).toEqual([[expect.any(String), 'what it uses and the former one did not: index name-index of users']]);
    const two = [stack({ Users: table('curity', 'users', [EU], indexed('mail-index', 'old-index')) })];
    const one = [stack({ Users: table('curity', 'users', [EU], indexed('mail-index')) })];
    const more = ['--force'];
    expect(await setup.between(setup.app('old', ...two), setup.app('new', ...one), ...more)).toMatchObject({ code: 0 });
    expect(upgrades()).toEqual([]);
  });

  test('goes on in the regions of replicas, also where they have no stack of their own', async () => {
    const both = [EU, US];
    await between(
      [stack({ Users: table('curity', 'users', both) })],
      [stack({ Users: table('curity', 'users', both, indexed('mail-index')) })],
    );
    expect(upgrades()).toEqual([
      [
        'install the new release of curity in eu-central-1, then in us-east-1',
        'what it uses and the former one did not: index mail-index of users',
      ],
    ]);
  });

  test('is none where the first tables of a server are made beside those of another one', async () => {
    await between(
      [stack({ Users: table('curity', 'users') })],
      [stack({ Users: table('curity', 'users') }), stack({ Grants: table('connect2id', 'grants') }, 'Connect2id')],
    );
    expect(upgrades()).toEqual([]);
  });

  test('is none where a second stack with tables of the server is made', async () => {
    await between(
      [stack({ Users: table('curity', 'users') })],
      [stack({ Users: table('curity', 'users') }), stack({ Test: table('curity', 'test-users') }, 'Test')],
    );
    expect(upgrades()).toEqual([]);
  });

  test('is none for tables without the tag of a server', async () => {
    await between(
      [stack({ Users: globalTable('users', [EU]) })],
      [stack({ Users: globalTable('users', [EU], indexed('mail-index')), Codes: globalTable('codes', [EU]) })],
    );
    expect(upgrades()).toEqual([]);
  });

  test('waits until the new indexes are filled', async () => {
    await between(
      [stack({ Users: table('curity', 'users') })],
      [stack({ Users: table('curity', 'users', [EU], indexed('mail-index')) })],
    );
    const at = setup.steps.findIndex(({ title }) => title === 'upgrade the server');
    expect(setup.steps[at - 1]).toMatchObject({ wait: 'settled', places: ['users@eu-central-1'] });
  });
});

describe('the migration of accounts before the indexes of Curity 8.0', () => {
  const NEW = 'emailInitial-email-index';
  const accounts = (more: Json = {}, server = 'curity', name = 'curity-accounts'): PlannedStack[] => [
    stack({ Accounts: table(server, name, [EU], more, 'prod-') }),
  ];
  const migrations = (): number => instructionsOf('migrate the accounts for Curity 8.0').length;

  test('comes once before the first of them', async () => {
    await between(accounts(), accounts(indexed('userNameInitial-userName-index', NEW)));
    expect(migrations()).toBe(1);
    const titles = setup.steps.map(({ title }) => title);
    const migration = titles.indexOf('migrate the accounts for Curity 8.0');
    expect(migration).toBeLessThan(titles.findIndex((title) => title.includes('add one index')));
  });

  test('comes before one of them that is added beside an index of another kind', async () => {
    await between(accounts(indexed('mail-index')), accounts(indexed('mail-index', NEW)));
    expect(migrations()).toBe(1);
  });

  test.each<[string, PlannedStack[], PlannedStack[]]>([
    ['an index of another name', accounts(), accounts(indexed('mail-index'))],
    ['another server', accounts({}, 'other'), accounts(indexed(NEW), 'other')],
    ['another table', accounts({}, 'curity', 'curity-devices'), accounts(indexed(NEW), 'curity', 'curity-devices')],
    [
      'another setting, when the index stands',
      accounts(indexed(NEW)),
      accounts({ ...indexed(NEW), TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true } }),
    ],
  ])('is not needed for %s', async (_, from, to) => {
    await between(from, to);
    expect(setup.steps.some(({ kind }) => kind === 'deploy')).toBe(true);
    expect(migrations()).toBe(0);
  });
});

test('plan.md says what the words for its kinds of steps ask for, those that it has', async () => {
  const users = (more: Json = {}): PlannedStack[] => [stack({ Users: table('curity', 'users', [EU], more) })];
  await between(users(), users(indexed('mail-index')));
  const text = readFileSync(setup.file('plan/plan.md'), 'utf8');
  expect(text).toContain('| 01 | server | grant the new release its permissions | a few minutes |\n');
  expect(text.split('\n').filter((line) => /^- (api|server|confirm): /.test(line))).toEqual([
    '- server: by hand: what you do with the servers, or beside CloudFormation',
  ]);
});

describe('an upgrade of a server that made its tables itself', () => {
  const title = (step: { readonly kind: string; readonly title: string }): string => `${step.kind}: ${step.title}`;
  const adopt = async (live: readonly string[], target: PlannedStack['tables']): Promise<string[]> => {
    setup.stub.stacks = {};
    live.forEach((name) => setup.stub.set(EU, `prod-${name}`));
    expect(await setup.fromLive(setup.app('new', stack(target)))).toMatchObject({ code: 0, err: '' });
    return setup.steps.map(title);
  };
  const own = (server: string, name: string, more: Json = {}): Json => table(server, name, [EU], more, 'prod-');
  const GRANT = 'server: grant the new release its permissions';
  const UPGRADE = 'server: upgrade the server';

  test('permissions first, the migration before the indexes that need it, the server last', async () => {
    const steps = await adopt(['curity-accounts', 'curity-devices'], {
      Accounts: own('curity', 'curity-accounts', indexed('userNameInitial-userName-index', 'emailInitial-email-index')),
      Devices: own('curity', 'curity-devices', indexed('deviceId-index')),
      Clients: own('curity', 'curity-database-clients'),
    });
    expect(steps).toEqual([
      GRANT,
      'deploy: Identity: deploy everything but tables',
      'import: Identity: import tables as they are',
      'wait: verify that the imported tables are as in the template',
      'deploy: Identity: create tables, change settings in place',
      'server: migrate the accounts for Curity 8.0',
      'deploy: Identity: add one index to a table',
      'wait: wait until tables, indexes and replicas are ACTIVE',
      'deploy: Identity: add one index to a table',
      'wait: wait until tables, indexes and replicas are ACTIVE',
      UPGRADE,
    ]);
    expect(upgrades()).toEqual([
      [
        'install the new release of curity in eu-central-1',
        'what it uses and the former one did not: table prod-curity-database-clients, index emailInitial-email-index of prod-curity-accounts, ' +
          'index userNameInitial-userName-index of prod-curity-accounts, index deviceId-index of prod-curity-devices',
      ],
    ]);
  });

  test('tables of a later release alone make one', async () => {
    const steps = await adopt(['clients'], { Clients: own('connect2id', 'clients'), Jwks: own('connect2id', 'jwks') });
    expect([steps[0], steps.at(-1)]).toEqual([GRANT, UPGRADE]);
    expect(upgrades()).toEqual([[expect.any(String), 'what it uses and the former one did not: table prod-jwks']]);
  });

  test.each<[string, string[], PlannedStack['tables']]>([
    [
      'a table of the first release is missing too, as in a restored set',
      ['clients'],
      { Clients: own('connect2id', 'clients'), Codes: own('connect2id', 'pending_codes'), Jwks: own('connect2id', 'jwks') },
    ],
    ['the release of a table is not known', ['a'], { A: own('my-server', 'a'), B: own('my-server', 'b') }],
    [
      'no table of the server stands',
      [],
      { Accounts: own('curity', 'curity-accounts'), Clients: own('curity', 'curity-database-clients') },
    ],
    ['nothing is added', ['curity-accounts'], { Accounts: own('curity', 'curity-accounts') }],
  ])('is none where %s', async (_, live, target) => {
    const steps = await adopt(live, target);
    expect(steps.filter((step) => step.startsWith('server'))).toEqual([]);
  });

  // Connect2id switches recovery and protection of tables at its start: one between import and new settings would change them.
  test('the import is told to come after the settings of the server, as the guide says', async () => {
    await adopt(['clients'], { Clients: own('connect2id', 'clients') });
    expect(setup.step(({ kind }) => kind === 'import').notes[0]).toBe(
      'before this step, restart the server with settings that leave its tables alone, as identity-tables settings prints them: ' +
        'from here on the tables change by deployment only',
    );
    expect(readFileSync(path.join(__dirname, '..', '..', 'docs', 'adopt.md'), 'utf8')).toContain(
      'Restart the server with these lines before the import.',
    );
  });
});
