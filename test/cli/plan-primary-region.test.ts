import { EU, PlanSetup, replicaOf, US } from './plan-setup';
import { globalTable } from './verify-assembly';

// Another region becomes the primary one: its stack takes over the global tables as they stand.

type Json = Record<string, unknown>;

const PROTECTED = { DeletionProtectionEnabled: true };
const STREAM = { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } };

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
});
afterEach(() => setup.stop());

const stack = (region: string, tables: Record<string, Json>): { name: string; region: string; tables: Record<string, Json> } => ({
  name: region === EU ? 'InEurope' : 'InAmerica',
  region,
  tables,
});
const own = (name: string, region: string): Json => globalTable(name, [region], {}, PROTECTED);
const outline = (): string[] => setup.steps.map(({ kind, changes }) => [kind, ...changes].join(' '));

/** A global table of two regions in the stack of the first, and tables of the regions' own. */
function deploy(): void {
  setup.stub.stacks = {
    [`${EU}/InEurope`]: { Users: 'users', Codes: 'codes' },
    [`${US}/InAmerica`]: { Codes: 'codes' },
  };
  setup.stub.templates = {
    [`${EU}/InEurope`]: JSON.stringify({
      Resources: { Users: globalTable('users', [EU, US], {}, PROTECTED), Codes: own('codes', EU) },
    }),
    [`${US}/InAmerica`]: JSON.stringify({ Resources: { Codes: own('codes', US) } }),
  };
  for (const region of [EU, US]) {
    setup.stub.set(region, 'users', { table: { ...replicaOf(region === EU ? US : EU), ...PROTECTED } });
    setup.stub.set(region, 'codes', { table: PROTECTED });
  }
}

test('the former primary lets go of the global table, and the stack of its replica imports it with all its regions', async () => {
  deploy();
  const to = setup.app(
    'new',
    stack(US, { Users: globalTable('users', [EU, US], {}, PROTECTED), Codes: own('codes', US) }),
    stack(EU, { Codes: own('codes', EU) }),
  );
  expect(await setup.fromLive(to)).toMatchObject({ code: 0, err: '' });
  expect(outline()).toEqual([
    'deploy users: leaves the stack and stands on without one',
    // All else in the stack is deployed already, so that the import finds nothing else to change.
    'import users: imported in eu-central-1, us-east-1',
    'wait',
    'deploy',
  ]);
  expect(setup.importMapping('02')).toEqual({ Users: { TableName: 'users' } });
});

test('a primary region that is lost: the replica that is left is imported where it stands', async () => {
  setup.stub.stacks = { [`${US}/InAmerica`]: { Codes: 'codes' } };
  setup.stub.set(US, 'users', { table: { ...PROTECTED, ...replicaOf() } });
  setup.stub.set(US, 'codes', { table: PROTECTED });
  const to = setup.app('new', stack(US, { Users: globalTable('users', [US], STREAM, PROTECTED), Codes: own('codes', US) }));
  expect(await setup.fromLive(to)).toMatchObject({ code: 0, err: '' });
  expect(outline()).toEqual([
    'deploy everything but tables as in the target',
    'import users: imported in us-east-1',
    'wait',
    'deploy',
  ]);
});

test('fails where the new primary region has a table of its own, and says in which two plans it is done', async () => {
  deploy();
  const to = setup.app('new', stack(US, { Codes: globalTable('codes', [EU, US], {}, PROTECTED) }), stack(EU, {}));
  setup.stub.set(EU, 'codes', { table: { ...replicaOf('ap-southeast-2'), ...PROTECTED } });
  setup.stub.set('ap-southeast-2', 'codes', { table: { ...replicaOf(EU), ...PROTECTED } });
  setup.stub.templates = {};
  const { code, err } = await setup.fromLive(to, '--accept-data-loss', 'codes@us-east-1');
  expect(code).toBe(2);
  expect(err).toContain("[IDT1307] there is no safe way to table 'codes' in eu-central-1");
  expect(err).toContain('plan to an app with the primary region eu-central-1 and a replica in us-east-1 first');
});
