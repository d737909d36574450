import { EU, notReached, PlanSetup, reached, replicaOf, US } from './plan-setup';
import { globalTable } from './verify-assembly';

// Tables without a name: CloudFormation makes one up, of the stack, the logical id and random characters.

type Json = Record<string, unknown>;

const NAME = 'Identity-Users-1ABCDEFGHIJK';

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
  setup.stub.stacks = { [`${EU}/Identity`]: { Users: NAME } };
});
afterEach(() => setup.stop());

const indexed = (...names: string[]): Json => ({
  AttributeDefinitions: ['id', ...names].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  GlobalSecondaryIndexes: names.map((IndexName) => ({
    IndexName,
    KeySchema: [{ AttributeName: IndexName, KeyType: 'HASH' }],
    Projection: { ProjectionType: 'ALL' },
  })),
});
const unnamed = (regions: string[], more: Json = {}): Json => globalTable('', regions, { ...more, TableName: undefined });
const app = (users: Json): string => setup.app('new', { name: 'Identity', region: EU, tables: { Users: users } });
function deployed(users: Json): void {
  setup.stub.templates = { [`${EU}/Identity`]: JSON.stringify({ Resources: { Users: users } }) };
}

test('there is nothing to do when nothing has changed, in any region', async () => {
  deployed(unnamed([EU, US]));
  setup.stub.set(EU, NAME, { table: replicaOf(US) });
  setup.stub.set(US, NAME, { table: replicaOf(EU) });
  expect((await setup.fromLive(app(unnamed([EU, US])))).out).toContain('nothing to do');
});

test('a change is planned and checked for the table of that name, which the template does not say', async () => {
  deployed(unnamed([EU]));
  setup.stub.set(EU, NAME);
  expect(await setup.fromLive(app(unnamed([EU], indexed('mail', 'phone'))))).toMatchObject({ code: 0, err: '' });
  expect(setup.steps.map(({ changes, places }) => [...changes, ...places])).toEqual([
    [`${NAME}: index 'mail' added`],
    [`${NAME}@eu-central-1`],
    [`${NAME}: index 'phone' added`],
  ]);
  expect(setup.template('01', 'Identity').Resources.Users.Properties.TableName).toBeUndefined();
  expect(await setup.checked('01')).toEqual(
    notReached('01', `${NAME}@eu-central-1: index 'mail': live missing, wanted mail (S) ALL`),
  );
  setup.stub.set(EU, NAME, { table: indexed('mail') });
  expect(await setup.checked('01')).toMatchObject(reached('01'));
  expect(await setup.checked('02')).toMatchObject(reached('02'));
});

test.each(['Identity-Users-of-mine', 'users'])(
  'fails where a template had named it %s, which would replace the table',
  async (name) => {
    setup.stub.stacks = { [`${EU}/Identity`]: { Users: name } };
    deployed(globalTable(name, [EU]));
    setup.stub.set(EU, name);
    const { code, err } = await setup.fromLive(app(unnamed([EU])));
    expect({ code, isSaid: err.includes(`[IDT1301] the name of table '${name}' is fixed when the table is made`) }).toEqual({
      code: 2,
      isSaid: true,
    });
  },
);

test('a table that would have to leave its stack is refused: a plan made anew would not find it, and make another', async () => {
  deployed(unnamed([EU]));
  setup.stub.set(EU, NAME, { table: indexed('hand') });
  const changed = await setup.fromLive(app(unnamed([EU])));
  expect(changed).toMatchObject({ code: 2, out: '' });
  expect(changed.err).toContain(
    `[IDT1312] table '${NAME}', whose name CloudFormation made up, was changed beside its stack\n` +
      "  given:   index 'hand' was added\n",
  );
  expect((await setup.fromLive(app(globalTable(NAME, [EU])))).code).toBe(0);
  expect(setup.steps.map(({ kind }) => kind)).toEqual(['deploy', 'import', 'wait', 'server', 'deploy']);
});

test('a table that another type of resource is to own needs its name', async () => {
  setup.stub.singleRegionTables = [NAME];
  const { BillingMode, AttributeDefinitions, KeySchema } = unnamed([EU]).Properties as Json;
  deployed({
    Type: 'AWS::DynamoDB::Table',
    DeletionPolicy: 'Retain',
    Properties: { BillingMode, AttributeDefinitions, KeySchema },
  });
  setup.stub.set(EU, NAME);
  const { code, err } = await setup.fromLive(app(unnamed([EU])));
  expect(code).toBe(2);
  expect(err).toBe(
    `[IDT1301] table '${NAME}', whose name CloudFormation made up, is to have another owner\n` +
      "  given:   AWS::DynamoDB::GlobalTable 'Users' of stack Identity in eu-central-1\n" +
      "  allowed: AWS::DynamoDB::Table 'Users' of stack Identity in eu-central-1\n" +
      '  fix:     give the new resource this name, so that it takes over the table',
  );
  expect(await setup.fromLive(app(globalTable(NAME, [EU])))).toMatchObject({ code: 0, err: '' });
  expect(setup.steps.map(({ kind }) => kind)).toEqual(['deploy', 'import', 'wait', 'deploy']);
});
