import { stepNumber } from '../../lib/cli/plan/write-assemblies';
import { AP, EU, PlanSetup, reached, replicaOf, ttl, US } from './plan-setup';
import { globalTable } from './verify-assembly';
import { xmlError } from './verify-stub';

// What a plan from live tables takes from the templates that are deployed. CloudFormation compares templates: where somebody has
// changed a table beside its stack, it sees nothing to do.

type Json = Record<string, unknown>;

const ARN = 'arn:aws:dynamodb:eu-central-1:111122223333:table/users';

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
  setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
});
afterEach(() => setup.stop());

const target = (resources: Record<string, Json>): string => setup.app('new', { name: 'Identity', region: EU, tables: resources });
const outline = (): unknown[] =>
  setup.steps.map(({ kind, changes, calls, wait }) => [
    kind,
    ...changes,
    ...calls.map(({ command }) => command),
    ...(wait ? [wait] : []),
  ]);
const tableIn = (step: number): Json =>
  setup.template(stepNumber(step, setup.steps.length), 'Identity').Resources.Users.Properties;

const index = (name: string, more: Json = {}): Json => ({
  IndexName: name,
  KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
  Projection: { ProjectionType: 'ALL' },
  ...more,
});
const attributes = (...names: string[]): Json => ({
  AttributeDefinitions: ['id', ...names].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
});
const indexed = (...indexes: Json[]): Json => ({
  ...attributes(...indexes.map(({ IndexName }) => String(IndexName))),
  GlobalSecondaryIndexes: indexes,
});

describe('a table that was changed beside its stack', () => {
  test('settings that the deployed template has are set back by calls, since a deployment would change nothing', async () => {
    const careful = {
      Replicas: [
        {
          Region: EU,
          DeletionProtectionEnabled: true,
          TableClass: 'STANDARD',
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 14 },
          Tags: [{ Key: 'team', Value: 'identity' }],
          ContributorInsightsSpecification: { Enabled: true },
        },
      ],
    };
    const table = globalTable('users', [EU], { ...careful, ...ttl('expires') });
    setup.deploy({ Users: table });
    setup.stub.set(EU, 'users', {
      table: { TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' } },
      tags: { team: 'other', cost: '7' },
      policy: { Version: '2012-10-17', Statement: [] },
    });
    const app = target({ Users: table });
    expect(await setup.fromLive(app)).toMatchObject({ code: 0, err: '' });
    expect(outline()).toEqual([
      [
        'api',
        'aws dynamodb update-time-to-live --table-name users --time-to-live-specification Enabled=true,AttributeName=expires ' +
          '--region eu-central-1',
        'aws dynamodb update-continuous-backups --table-name users --point-in-time-recovery-specification ' +
          'PointInTimeRecoveryEnabled=true,RecoveryPeriodInDays=14 --region eu-central-1',
        'aws dynamodb update-table --table-name users --deletion-protection-enabled --region eu-central-1',
        'aws dynamodb update-table --table-name users --table-class STANDARD --region eu-central-1',
        `aws dynamodb tag-resource --resource-arn ${ARN} --tags '[{"Key":"team","Value":"identity"}]' --region eu-central-1`,
        'aws dynamodb update-contributor-insights --table-name users --contributor-insights-action ENABLE ' +
          '--contributor-insights-mode ACCESSED_AND_THROTTLED_KEYS --region eu-central-1',
        `aws dynamodb delete-resource-policy --resource-arn ${ARN} --region eu-central-1`,
      ],
    ]);
    expect(setup.steps[0].title).toBe('set back what was changed beside the stack');
    expect(setup.steps[0].notes).toContain('0 of 0 items have expired already and are deleted within days');

    // Once they are set back, and a tag of another tool stays, nothing is left to do.
    expect((await setup.checked('01')).reasons).toEqual(
      [
        "ttl: live off, wanted on, attribute 'expires'",
        'point-in-time recovery: live off, wanted on, 14 days',
        'deletion protection: live off, wanted on',
        'table class: live STANDARD_INFREQUENT_ACCESS, wanted STANDARD',
        'tags: live team=other, wanted team=identity',
        'contributor insights: live off, wanted on for table (ACCESSED_AND_THROTTLED_KEYS)',
        'resource policy: live a policy, wanted none',
      ].map((reason) => `users@eu-central-1: ${reason}`),
    );
    setup.stub.set(EU, 'users', {
      table: { DeletionProtectionEnabled: true },
      recovery: { PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: 14 },
      tags: { team: 'identity', cost: '7' },
      insights: { '': 'ENABLED' },
      timeToLive: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' },
    });
    expect(await setup.checked('01')).toMatchObject(reached('01'));
    expect((await setup.fromLive(app, '--force')).out).toContain('nothing to do');
  });

  test('what the target changes besides is deployed', async () => {
    setup.deploy({ Users: globalTable('users', [EU]) });
    setup.stub.set(EU, 'users', { table: { DeletionProtectionEnabled: true } });
    await setup.fromLive(target({ Users: globalTable('users', [EU], {}, { TableClass: 'STANDARD_INFREQUENT_ACCESS' }) }));
    expect(outline()).toEqual([
      ['api', 'aws dynamodb update-table --table-name users --no-deletion-protection-enabled --region eu-central-1'],
      ['deploy', 'users: table class'],
    ]);
  });

  test('an index that was made by hand: the table leaves the stack, is imported as it stands and goes on from there', async () => {
    const before = globalTable('users', [EU], indexed(index('mail')), { DeletionProtectionEnabled: true });
    setup.deploy({ Users: before, Queue: { Type: 'AWS::SQS::Queue' } });
    setup.stub.set(EU, 'users', {
      table: { ...indexed(index('mail'), index('phone')), DeletionProtectionEnabled: true },
    });
    const wanted = indexed(index('mail'), index('phone'), index('owner'));
    const after = globalTable('users', [EU], wanted, { DeletionProtectionEnabled: true });
    expect(await setup.fromLive(target({ Users: after, Queue: { Type: 'AWS::SQS::Queue' } }))).toMatchObject({
      code: 0,
      err: '',
    });
    expect(outline()).toEqual([
      ['deploy', "users: leaves the stack and stands on without one: index 'phone' was added beside the stack"],
      ['import', 'users: imported in eu-central-1'],
      ['wait', 'verified'],
      ['deploy', "users: index 'owner' added"],
    ]);
    expect(Object.keys(setup.template('01', 'Identity').Resources)).toEqual(['Queue']);
    expect(tableIn(1).GlobalSecondaryIndexes).toEqual([index('mail'), index('phone')]);
  });

  test('one that is deleted with its template is retained first, by a template that says no more of it than the deployed one', async () => {
    setup.deploy({ Users: { ...globalTable('users', [EU], indexed(index('mail'))), DeletionPolicy: 'Delete' } });
    setup.stub.set(EU, 'users');
    const after = globalTable('users', [EU]);
    expect(await setup.fromLive(target({ Users: after }))).toMatchObject({ code: 0, err: '' });
    expect(outline()).toEqual([
      ['deploy', 'users: DeletionPolicy Retain, deletion protection on'],
      ['deploy', "users: leaves the stack and stands on without one: index 'mail' was removed beside the stack"],
      ['import', 'users: imported in eu-central-1'],
      ['wait', 'verified'],
      ['deploy', 'users: deletion protection'],
    ]);
    expect(tableIn(0)).toMatchObject({
      GlobalSecondaryIndexes: [index('mail')],
      Replicas: [{ Region: EU, DeletionProtectionEnabled: true }],
    });
  });

  test('TTL on another attribute than the template has, on the way to a third one, is told to the stack by an import', async () => {
    setup.deploy({ Users: globalTable('users', [EU], ttl('expires')) });
    setup.stub.set(EU, 'users', { timeToLive: { TimeToLiveStatus: 'ENABLED', AttributeName: 'by-hand' } });
    await setup.fromLive(target({ Users: globalTable('users', [EU], ttl('ttl')) }));
    expect(outline().map((step) => (step as string[]).slice(0, 2).join(' '))).toEqual([
      'deploy users: leaves the stack and stands on without one: its TTL was changed beside the stack',
      'import users: imported in eu-central-1',
      'wait verified',
      "deploy users: TTL on 'by-hand' off",
      'wait ttl-hour',
      expect.stringMatching(/^deploy users: TTL on 'ttl' on/),
    ]);
  });

  test('a table that somebody has deleted leaves its template and is created again', async () => {
    const table = globalTable('users', [EU]);
    setup.deploy({ Users: table });
    expect(await setup.fromLive(target({ Users: table }))).toMatchObject({ code: 0, err: '' });
    expect(outline()).toEqual([
      ['deploy', 'users: stands no more; it leaves the stack'],
      ['deploy', 'users: created in eu-central-1 with 0 indexes'],
    ]);
  });

  test('fails for another key of encryption, which no call and no deployment of the same template sets back', async () => {
    const keyed = { SSESpecification: { SSEEnabled: true, SSEType: 'KMS' } };
    const table = globalTable('users', [EU], keyed, { SSESpecification: { KMSMasterKeyId: 'key-1' } });
    setup.deploy({ Users: table });
    setup.stub.set(EU, 'users', {
      table: {
        SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: 'arn:aws:kms:eu-central-1:111122223333:key/key-2' },
      },
    });
    const { code, err } = await setup.fromLive(target({ Users: table }));
    expect({ code, isSaid: err.includes('[IDT1312] encryption of users@eu-central-1 was changed beside its stack') }).toEqual({
      code: 2,
      isSaid: true,
    });
  });
});

describe('what no state knows', () => {
  const warm = (units: number): Json => ({ WarmThroughput: { ReadUnitsPerSecond: units, WriteUnitsPerSecond: 4000 } });
  const kinesis = (region: string): Json => ({
    KinesisStreamSpecification: { StreamArn: `arn:aws:kinesis:${region}:111122223333:stream/users` },
  });

  test('changes in a deployment of its own, before indexes and replicas', async () => {
    setup.stub.set(EU, 'users', {
      table: { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } },
    });
    const stream = { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } };
    setup.deploy({ Users: globalTable('users', [EU], stream) });
    const replicas = [
      { Region: US, ...kinesis(US), ReplicaStreamSpecification: { ResourcePolicy: { PolicyDocument: {} } } },
      { Region: EU, ...kinesis(EU) },
    ];
    const wanted = { ...stream, ...warm(12000), ...indexed(index('mail', warm(13000))), Replicas: replicas };
    await setup.fromLive(target({ Users: globalTable('users', [EU, US], wanted) }));
    expect(outline()).toEqual([
      ['deploy', 'users: WarmThroughput, KinesisStreamSpecification of eu-central-1'],
      ['deploy', "users: index 'mail' added"],
      ['wait', 'settled'],
      ['deploy', 'users: replica in us-east-1 added'],
      ['wait', 'settled'],
      ['deploy', 'users: ReplicaStreamSpecification of us-east-1'],
    ]);
    expect([0, 1, 3].map(tableIn)).toEqual([
      expect.objectContaining({ ...warm(12000), Replicas: [replicas[1]] }),
      expect.objectContaining({ GlobalSecondaryIndexes: [index('mail', warm(13000))], Replicas: [replicas[1]] }),
      expect.objectContaining({ Replicas: [{ Region: US, ...kinesis(US) }, replicas[1]] }),
    ]);
  });

  test('is not in an import, which has to say what stands, and comes after it', async () => {
    setup.stub.stacks = { [`${EU}/Identity`]: {} };
    setup.deploy({});
    setup.stub.set(EU, 'users');
    await setup.fromLive(target({ Users: globalTable('users', [EU], warm(12000)) }));
    expect(outline().slice(1)).toEqual([
      ['import', 'users: imported in eu-central-1'],
      ['wait', 'verified'],
      ['deploy', 'users: WarmThroughput'],
    ]);
    expect(tableIn(1).WarmThroughput).toBeUndefined();
    // A stack holds something before, and just that during the import.
    expect(Object.keys(setup.template('01', 'Identity').Resources)).toEqual(['PlanPlaceholder']);
    expect(Object.keys(setup.template('02', 'Identity').Resources)).toEqual(['PlanPlaceholder', 'Users']);
  });

  test('fails where warm throughput is lowered, which DynamoDB does not do', async () => {
    setup.stub.set(EU, 'users', { table: indexed(index('mail')) });
    setup.deploy({ Users: globalTable('users', [EU], { ...indexed(index('mail', warm(24000))), ...warm(24000) }) });
    const { code, err } = await setup.fromLive(
      target({ Users: globalTable('users', [EU], { ...indexed(index('mail', warm(12000))), ...warm(13000) }) }),
    );
    expect(code).toBe(2);
    expect(err).toContain("[IDT1314] the warm throughput of table 'users' is lowered");
    expect(err).toContain("[IDT1314] the warm throughput of index 'mail' of table 'users' is lowered");
  });
});

describe('what only CloudFormation knows', () => {
  const keyed = (KMSMasterKeyId: unknown): Json =>
    globalTable(
      'users',
      [EU],
      { SSESpecification: { SSEEnabled: true, SSEType: 'KMS' } },
      { SSESpecification: { KMSMasterKeyId } },
    );
  const live = 'arn:aws:kms:eu-central-1:111122223333:key/key-1';
  beforeEach(() =>
    setup.stub.set(EU, 'users', { table: { SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: live } } }),
  );

  test('is the same when both templates say it in the same way', async () => {
    setup.deploy({ Users: keyed({ 'Fn::ImportValue': 'Key' }) });
    expect((await setup.fromLive(target({ Users: keyed({ 'Fn::ImportValue': 'Key' }) }))).out).toContain('nothing to do');
  });

  test('is changed by a deployment of its own when they say it differently', async () => {
    setup.deploy({ Users: keyed({ 'Fn::ImportValue': 'Key' }) });
    const wanted = keyed({ 'Fn::ImportValue': 'NewKey' }) as { Properties: Json };
    await setup.fromLive(target({ Users: { ...wanted, Properties: { ...wanted.Properties, ...indexed(index('mail')) } } }));
    expect(outline()).toEqual([
      ['deploy', 'users: encryption'],
      ['deploy', "users: index 'mail' added"],
    ]);
  });

  test('a table is imported with the key that it has, and gets the other one afterwards', async () => {
    setup.stub.stacks = {};
    await setup.fromLive(target({ Users: keyed({ 'Fn::ImportValue': 'Key' }) }));
    expect(outline().slice(1)).toEqual([
      ['import', 'users: imported in eu-central-1'],
      ['wait', 'verified'],
      ['deploy', 'users: encryption'],
    ]);
    expect(tableIn(1).Replicas).toEqual([{ Region: EU, SSESpecification: { KMSMasterKeyId: live } }]);
  });
});

describe('the alias of a key', () => {
  const keyed = globalTable(
    'users',
    [EU],
    { SSESpecification: { SSEEnabled: true, SSEType: 'KMS' } },
    { SSESpecification: { KMSMasterKeyId: 'alias/identity' } },
  );
  const arnOf = (id: string): string => `arn:aws:kms:eu-central-1:111122223333:key/${id}`;
  beforeEach(() => {
    const key = (id: string): { Arn: string; KeyManager: 'CUSTOMER' } => ({ Arn: arnOf(id), KeyManager: 'CUSTOMER' });
    setup.stub.keys = { [EU]: { 'alias/identity': key('new'), [arnOf('old')]: key('old'), [arnOf('new')]: key('new') } };
  });
  const stands = (id: string): void =>
    setup.stub.set(EU, 'users', { table: { SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: arnOf(id) } } });

  test('moves on without the table: no deployment follows it, so that none is planned', async () => {
    setup.deploy({ Users: keyed });
    stands('old');
    expect((await setup.fromLive(target({ Users: keyed }))).out).toContain('nothing to do');
  });

  test('is what the import says of a table that has its key', async () => {
    setup.stub.stacks = {};
    stands('new');
    await setup.fromLive(target({ Users: keyed }));
    expect(outline().map((step) => (step as string[]).join(' '))).toEqual([
      'deploy everything but tables as in the target',
      'import users: imported in eu-central-1',
      'wait verified',
      'deploy',
    ]);
    expect(tableIn(1).Replicas).toEqual([{ Region: EU, SSESpecification: { KMSMasterKeyId: 'alias/identity' } }]);
  });

  test('is given after the import to a table that has another key', async () => {
    setup.stub.stacks = {};
    stands('old');
    await setup.fromLive(target({ Users: keyed }));
    expect(outline()[3]).toEqual(['deploy', 'users: encryption']);
    expect(tableIn(1).Replicas).toEqual([{ Region: EU, SSESpecification: { KMSMasterKeyId: arnOf('old') } }]);
  });
});

test.each([
  ['as a value', false],
  ['as a text', 'false'],
  ['by a condition', { 'Fn::If': ['IsOff', false, true] }],
])('a TTL that the deployed template turns off %s may have been turned within the hour: it is waited for', async (_, Enabled) => {
  const off = { TimeToLiveSpecification: { AttributeName: 'expires', Enabled } };
  const template = { Conditions: { IsOff: { 'Fn::Equals': ['', ''] } }, Resources: { Users: globalTable('users', [EU], off) } };
  setup.stub.templates = { [`${EU}/Identity`]: JSON.stringify(template) };
  setup.stub.set(EU, 'users');
  await setup.fromLive(target({ Users: globalTable('users', [EU], ttl('ttl')) }));
  expect(outline()).toEqual([
    ['wait', 'ttl-hour'],
    ['deploy', expect.stringMatching(/^users: TTL on 'ttl' on/)],
  ]);
});

test('the policy of a table is the one of the deployed template', async () => {
  setup.deploy({ Users: globalTable('users', [EU]), Codes: { ...globalTable('codes', [EU]), DeletionPolicy: 'Delete' } });
  setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users', Codes: 'codes' } };
  ['users', 'codes'].forEach((name) => setup.stub.set(EU, name));
  await setup.fromLive(target({ Queue: { Type: 'AWS::SQS::Queue' } }));
  expect(outline()[0]).toEqual(['deploy', 'codes: DeletionPolicy Retain, deletion protection on']);
});

test('fails while a stack is being deployed', async () => {
  setup.stub.set(EU, 'users');
  setup.stub.before = ({ operation }) =>
    operation !== 'ListStackResources'
      ? undefined
      : {
          status: 200,
          body:
            '<ListStackResourcesResponse><member><LogicalResourceId>Users</LogicalResourceId>' +
            '<PhysicalResourceId>users</PhysicalResourceId><ResourceType>AWS::DynamoDB::GlobalTable</ResourceType>' +
            '<ResourceStatus>UPDATE_IN_PROGRESS</ResourceStatus></member></ListStackResourcesResponse>',
        };
  const { code, err } = await setup.fromLive(target({ Users: globalTable('users', [EU]) }));
  expect(code).toBe(2);
  expect(err).toContain("[IDT1313] stack 'Identity' in eu-central-1 is being deployed");
  expect(err).toContain('Users: UPDATE_IN_PROGRESS');
});

test('fails where the template may not be read', async () => {
  setup.stub.set(EU, 'users');
  setup.stub.before = ({ operation }) => (operation === 'GetTemplate' ? xmlError('AccessDenied', 'not you') : undefined);
  const { code, err } = await setup.fromLive(target({ Users: globalTable('users', [EU]) }));
  expect(code).toBe(2);
  expect(err).toContain("[IDT1205] the deployed template of stack 'Identity' in eu-central-1 could not be read");
});

test('a replica that was added by hand is taken over with its table', async () => {
  const stream = { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } };
  setup.deploy({ Users: globalTable('users', [EU], stream, { DeletionProtectionEnabled: true }) });
  [EU, US].forEach((region) =>
    setup.stub.set(region, 'users', {
      table: {
        ...replicaOf(region === EU ? US : EU),
        DeletionProtectionEnabled: true,
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      },
    }),
  );
  const to = target({ Users: globalTable('users', [EU, US, AP], {}, { DeletionProtectionEnabled: true }) });
  expect(await setup.fromLive(to)).toMatchObject({ code: 0, err: '' });
  expect(outline()).toEqual([
    ['deploy', 'users: leaves the stack and stands on without one: a replica in us-east-1 was added beside the stack'],
    ['import', 'users: imported in eu-central-1, us-east-1'],
    ['wait', 'verified'],
    ['deploy', 'users: replica in ap-southeast-2 added'],
  ]);
});

describe('an adoption that is planned again', () => {
  const tables = (): Record<string, Json> => ({
    Users: globalTable('users', [EU]),
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Users' } } },
  });
  const kinds = (): unknown[] => setup.steps.map(({ kind, title }) => [kind, title]);
  const IMPORT = ['import', 'Identity: import tables as they are'];
  const VERIFY = ['wait', 'verify that the imported tables are as in the template'];
  const TARGET = ['deploy', 'Identity: deploy the unmodified target'];

  test('begins with the import when everything else is deployed, and with that when something is not', async () => {
    setup.stub.set(EU, 'users');
    setup.stub.stacks = {};
    const to = setup.app('new', { name: 'Identity', region: EU, tables: tables() });
    expect(await setup.fromLive(to)).toMatchObject({ code: 0, err: '' });
    const before = ['deploy', 'Identity: deploy everything but tables'];
    expect(kinds()).toEqual([before, IMPORT, VERIFY, TARGET]);

    const deployed = setup.template('01', 'Identity');
    expect(deployed.Resources.Queue.Properties).toEqual({ QueueName: 'users' });
    setup.stub.stacks = { [`${EU}/Identity`]: {} };
    setup.stub.templates = { [`${EU}/Identity`]: JSON.stringify(deployed) };
    expect(await setup.fromLive(to, '--force')).toMatchObject({ code: 0, err: '' });
    expect(kinds()).toEqual([IMPORT, VERIFY, TARGET]);
    expect(setup.template('01', 'Identity').Resources.Queue).toEqual(deployed.Resources.Queue);

    const other = { ...deployed.Resources, Queue: { Type: 'AWS::SQS::Queue' } };
    setup.stub.templates = { [`${EU}/Identity`]: JSON.stringify({ ...deployed, Resources: other }) };
    expect(await setup.fromLive(to, '--force')).toMatchObject({ code: 0, err: '' });
    expect(kinds()).toEqual([before, IMPORT, VERIFY, TARGET]);
  });
});
