import { EU, notReached, PlanSetup, reached, replicaOf, ttl, US } from './plan-setup';
import { globalTable } from './verify-assembly';

// How a plan sets back what somebody has changed beside a stack, where that takes more than one call or touches a part of a setting.

type Json = Record<string, unknown>;

const ARN = 'arn:aws:dynamodb:eu-central-1:111122223333:table/users';

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
  setup.stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
});
afterEach(() => setup.stop());

const planTo = async (users: Json): Promise<void> => {
  const app = setup.app('new', { name: 'Identity', region: EU, tables: { Users: users } });
  expect(await setup.fromLive(app, '--force')).toMatchObject({ code: 0, err: '' });
};
const outline = (): unknown[] =>
  setup.steps.map(({ kind, changes, calls, wait }) => [
    kind,
    ...changes,
    ...calls.map(({ command }) => command),
    ...(wait ? [wait] : []),
  ]);
const ttlCall = (specification: string): string =>
  `aws dynamodb update-time-to-live --table-name users --time-to-live-specification ${specification} --region eu-central-1`;
const on = (AttributeName: string): Json => ({ TimeToLiveStatus: 'ENABLED', AttributeName });

describe('TTL', () => {
  test('goes back from another attribute by way of off, an hour apart', async () => {
    const table = globalTable('users', [EU], ttl('expires'), { TableClass: 'STANDARD' });
    setup.deploy({ Users: table });
    setup.stub.set(EU, 'users', {
      timeToLive: on('by-hand'),
      table: { TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' } },
      pages: [{ count: 3, scanned: 8, units: 1 }],
    });
    await planTo(table);
    expect(outline()).toEqual([
      [
        'api',
        ttlCall('Enabled=false,AttributeName=by-hand'),
        'aws dynamodb update-table --table-name users --table-class STANDARD --region eu-central-1',
      ],
      ['wait', 'ttl-hour'],
      ['api', ttlCall('Enabled=true,AttributeName=expires')],
    ]);
    const busy = 'ResourceInUseException: an earlier call still changes that table; make the call again some seconds later';
    expect(setup.steps.map(({ notes }) => notes)).toEqual([
      [busy],
      [],
      [busy, '3 of 8 items have expired already and are deleted within days'],
    ]);
    expect(await setup.checked('02')).toEqual(notReached('02', 'step 01 is not reached'));
    setup.stub.set(EU, 'users');
    expect(await setup.checked('01')).toMatchObject(reached('01'));
    expect(await setup.checked('02')).toMatchObject(reached('02'));
    // What is turned on again has been turned off.
    setup.stub.set(EU, 'users', { timeToLive: on('expires') });
    for (const number of ['01', '02', '03']) {
      expect(await setup.checked(number)).toMatchObject(reached(number));
    }
  });

  test('goes back in a replica too that is to go', async () => {
    setup.deploy({ Users: globalTable('users', [EU, US], ttl('expires')) });
    for (const [region, other] of [
      [EU, US],
      [US, EU],
    ]) {
      setup.stub.set(region, 'users', { timeToLive: on('by-hand'), table: replicaOf(other) });
    }
    const app = setup.app('new', {
      name: 'Identity',
      region: EU,
      tables: {
        Users: globalTable('users', [EU], { ...ttl('expires'), StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } }),
      },
    });
    expect(await setup.fromLive(app, '--accept-data-loss', 'users@us-east-1')).toMatchObject({ code: 0, err: '' });
    expect(outline().slice(0, 3)).toEqual([
      ['api', ttlCall('Enabled=false,AttributeName=by-hand')],
      ['wait', 'ttl-hour'],
      ['api', ttlCall('Enabled=true,AttributeName=expires')],
    ]);
    const { number } = setup.step(({ changes }) => changes.join() === 'users: replica in us-east-1 removed');
    expect(setup.template(number, 'Identity').Resources.Users.Properties).toMatchObject(ttl('expires'));
    expect(setup.steps.flatMap(({ changes }) => changes)).toEqual(['users: replica in us-east-1 removed']);
  });

  test('on an attribute with a comma or a quote is written as JSON, in the count of expired items too', async () => {
    const table = globalTable('users', [EU], ttl(`a,b'c"`));
    setup.deploy({ Users: table });
    setup.stub.set(EU, 'users');
    await planTo(table);
    expect(outline()).toEqual([['api', ttlCall(String.raw`'{"Enabled":true,"AttributeName":"a,b'\''c\""}'`)]]);
    setup.stub.set(EU, 'users', {
      pages: [
        { count: 1, scanned: 9, units: 3200 },
        { count: 1, scanned: 9, units: 1 },
      ],
    });
    await planTo(table);
    expect(setup.steps[0].notes.join()).toContain(String.raw`--expression-attribute-names '{"#a":"a,b'\''c\""}' `);
  });
});

describe('tags', () => {
  const tagged = (tags: Readonly<Record<string, unknown>>): Json =>
    globalTable('users', [EU], {}, { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) });
  const tag = (Key: string, Value: string): string =>
    `aws dynamodb tag-resource --resource-arn ${ARN} --tags '[{"Key":"${Key}","Value":"${Value}"}]' --region eu-central-1`;

  test('are set back one by one: what the target changes or adds is deployed', async () => {
    setup.deploy({ Users: tagged({ team: 'identity', stage: 'test' }) });
    setup.stub.set(EU, 'users', { tags: { team: 'other', stage: 'test' } });
    await planTo(tagged({ team: 'identity', stage: 'prod', cost: '7' }));
    expect(outline()).toEqual([
      ['api', tag('team', 'identity')],
      ['deploy', 'users: tags'],
    ]);
  });

  test('a tag that somebody changed and the target changes too is deployed with the target', async () => {
    setup.deploy({ Users: tagged({ stage: 'test' }) });
    setup.stub.set(EU, 'users', { tags: { stage: 'other' } });
    await planTo(tagged({ stage: 'prod' }));
    expect(outline()).toEqual([['deploy', 'users: tags']]);
  });

  test('a tag that only CloudFormation knows is left alone', async () => {
    const table = tagged({ stack: { Ref: 'AWS::StackId' }, team: 'identity' });
    setup.deploy({ Users: table });
    setup.stub.set(EU, 'users', { tags: { stack: 'arn:aws:cloudformation:1', team: 'other' } });
    await planTo(table);
    expect(outline()).toEqual([['api', tag('team', 'identity')]]);
    expect(setup.steps[0].calls[0].value).toEqual({ team: 'identity' });
    setup.stub.set(EU, 'users', { tags: { stack: 'arn:aws:cloudformation:1', team: 'identity' } });
    await planTo(table);
    expect(setup.steps).toEqual([]);
  });
});
