import { EU, PlanSetup, US } from './plan-setup';
import { globalTable } from './verify-assembly';
import { refusal, type StubKey } from './verify-stub';

// What a plan takes for the setting of a live table that DynamoDB alone does not tell.

type Json = Record<string, unknown>;

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
});
afterEach(() => setup.stop());

/** The target, with one stack in the first region. */
const target = (tables: Record<string, Json>): string => setup.app('new', { name: 'Identity', region: EU, tables });

describe('a setting that the server does not know', () => {
  const insights = (Enabled: boolean): Json => ({ ContributorInsightsSpecification: { Enabled } });
  const users = (Enabled: boolean): Json => globalTable('users', [EU], {}, insights(Enabled));
  const settings = (): string[] => setup.steps.flatMap(({ changes }) => changes);

  beforeEach(() => {
    setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
    setup.stub.set(EU, 'users');
    setup.stub.before = ({ operation }) =>
      operation === 'DescribeContributorInsights' ? refusal('UnknownOperationException', '') : undefined;
  });

  test('is no reason for a step, where nothing else tells of it', async () => {
    const { code, out } = await setup.fromLive(target({ Users: users(true) }));
    expect({ code, isNothing: out.startsWith('nothing to do') }).toEqual({ code: 0, isNothing: true });
  });

  test('is what the deployed template says of it', async () => {
    setup.stub.templates = { [`${EU}/Identity`]: JSON.stringify({ Resources: { Users: users(false) } }) };
    expect(await setup.fromLive(target({ Users: users(true) }))).toMatchObject({ code: 0, err: '' });
    expect(settings()).toEqual(['users: contributor insights']);
  });
});

test('an alias names the key of its own region', async () => {
  const arn = (region: string, id: string): string => `arn:aws:kms:${region}:111122223333:key/${id}`;
  const key = (region: string, id: string): StubKey => ({ Arn: arn(region, id), KeyManager: 'CUSTOMER' });
  const encrypted = { SSESpecification: { SSEEnabled: true, SSEType: 'KMS' } };
  const table = (region: string): Json =>
    globalTable('users', [region], encrypted, { SSESpecification: { KMSMasterKeyId: 'alias/identity' } });
  const to = setup.app(
    'new',
    { name: 'Identity', region: EU, tables: { Users: table(EU) } },
    { name: 'IdentityUs', region: US, tables: { Users: table(US) } },
  );
  const ids = { [EU]: 'one', [US]: 'two' };
  setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' }, [`${US}/IdentityUs`]: { Users: 'users' } };
  setup.stub.keys = Object.fromEntries(
    Object.entries(ids).map(([region, id]) => [
      region,
      { 'alias/identity': key(region, id), [arn(region, id)]: key(region, id) },
    ]),
  );
  Object.entries(ids).forEach(([region, id]) => {
    const SSEDescription = { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: arn(region, id) };
    setup.stub.set(region, 'users', { table: { SSEDescription } });
  });
  const { code, out } = await setup.fromLive(to);
  expect({ code, isNothing: out.startsWith('nothing to do') }).toEqual({ code: 0, isNothing: true });
});
