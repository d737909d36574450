import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { PlanFile, PlannedStep } from '../../lib/cli/plan/plan-file';
import { runCommand, type Ran } from './support';
import { globalTable, writeAssembly } from './verify-assembly';
import { refusal, StubDynamo, xmlError } from './verify-stub';

const EU = 'eu-central-1';
const US = 'us-east-1';
const AP = 'ap-southeast-2';

let directory: string;
let stub: StubDynamo;

beforeEach(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'plan-cli-'));
  stub = await StubDynamo.start();
});

afterEach(async () => {
  await stub.stop();
  fs.rmSync(directory, { recursive: true, force: true });
});

const inDirectory = (name: string): string => path.join(directory, name);

/** An assembly with one stack in the first region. */
function app(name: string, tables: Readonly<Record<string, Record<string, unknown>>>): string {
  writeAssembly(inDirectory(name), [{ name: 'Identity', region: EU, tables }]);
  return inDirectory(name);
}

function plan(...args: string[]): Promise<Ran> {
  return runCommand(['plan', '--output', inDirectory('plan'), ...args]);
}

const steps = (): readonly PlannedStep[] =>
  (JSON.parse(fs.readFileSync(inDirectory('plan/plan.json'), 'utf8')) as PlanFile).steps;

const ttl = (attribute: string): Record<string, unknown> => ({
  TimeToLiveSpecification: { AttributeName: attribute, Enabled: true },
});

describe('from an older assembly', () => {
  test('writes the plan to read, the plan for programs and an assembly for each deployment, and changes nothing else', async () => {
    const from = app('old', { Users: globalTable('users', [EU]) });
    const to = app('new', { Users: globalTable('users', [EU], ttl('expires')), Codes: globalTable('codes', [EU]) });
    const { code, out, err } = await plan('--from', from, '--app', to);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('1 step, see ');
    expect(fs.readdirSync(inDirectory('plan')).sort()).toEqual(['01', 'plan.json', 'plan.md']);

    const text = fs.readFileSync(inDirectory('plan/plan.md'), 'utf8');
    expect(text).toContain(`npx cdk deploy --app ${inDirectory('plan')}/01 Identity --exclusively`);
    expect(text).toContain("- users: TTL on 'expires' on; items that have expired already are deleted within days");
    expect(text).toContain('Nothing is lost.');
    expect(text).toContain('Every region is served all the time.');
    expect(text).toContain(
      [
        '',
        '- Why: TTL can be changed once within about an hour; a new table is made whole, with all indexes and replicas at once.',
        '- How long: minutes; the first expired items go within some days.',
        '- Billed: deletions in the region are free; on a replicated table each costs a replicated write per further region; ' +
          'nothing until there are items; point-in-time recovery by size.',
        '- Way back: turn TTL off; items that are deleted by then stay deleted; deploy the app as it was before this plan; ' +
          'whether the tables stay is up to their DeletionPolicy.',
        '',
        `Afterwards \`npx identity-tables verify --app ${to} --wait\` tells whether every region is as the app says.`,
        '',
      ].join('\n'),
    );
    expect(stub.calls).toEqual([]);
  });

  test('stays as it was made when the app is synthesized again into the same directory', async () => {
    const to = app('new', { Users: globalTable('users', [EU], ttl('expires')) });
    await plan('--from', app('old', { Users: globalTable('users', [EU]) }), '--app', to);
    const files = ['Identity.template.json', 'manifest.json'];
    const contents = (): string[] => files.map((file) => fs.readFileSync(inDirectory(`plan/01/${file}`), 'utf8'));
    const before = contents();
    files.forEach((file) => fs.writeFileSync(path.join(to, file), '{}'));
    expect(contents()).toEqual(before);
  });

  test('says nothing to do, with exit code 0, when the tables are the same', async () => {
    const same = { Users: globalTable('users', [EU]) };
    const { code, out } = await plan('--from', app('old', same), '--app', app('new', same));
    expect({ code, out }).toEqual({ code: 0, out: 'nothing to do: the tables are as the app says; cdk deploy applies the rest' });
  });

  test('fails to lose items that are not given up, and writes nothing; with the option it says what is lost', async () => {
    const from = app('old', { Users: globalTable('users', [EU, US]) });
    const to = app('new', { Users: globalTable('users', [EU]) });
    const refused = await plan('--from', from, '--app', to);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('--accept-data-loss users@us-east-1');
    expect(fs.existsSync(inDirectory('plan'))).toBe(false);

    const accepted = await plan('--from', from, '--app', to, '--accept-data-loss', 'users@us-east-1');
    expect(accepted.code).toBe(0);
    const text = fs.readFileSync(inDirectory('plan/plan.md'), 'utf8');
    expect(text).toMatch(
      /What is lost:\n\n- with step \d\d: the copy of users in us-east-1; its items stay in the other regions/,
    );
    expect(text).toMatch(/Downtime:\n\n- step \d\d, us-east-1: begins/);
  });

  test('takes each loss as an option of its own, or several in one', async () => {
    const from = app('old', { Users: globalTable('users', [EU, US, AP]) });
    const to = app('new', { Users: globalTable('users', [EU]) });
    const [us, ap] = ['users@us-east-1', 'users@ap-southeast-2'];
    expect(await plan('--from', from, '--app', to, '--accept-data-loss', us)).toMatchObject({ code: 2 });
    const twice = ['--accept-data-loss', us, '--accept-data-loss', ap];
    expect(await plan('--from', from, '--app', to, ...twice)).toMatchObject({ code: 0 });
    expect(await plan('--from', from, '--app', to, '--force', '--accept-data-loss', `${us},${ap}`)).toMatchObject({ code: 0 });
  });

  test('fails with the problems as JSON', async () => {
    const from = app('old', { Users: globalTable('users', [EU]) });
    const key = {
      KeySchema: [{ AttributeName: 'sub', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'sub', AttributeType: 'S' }],
    };
    const { code, out } = await plan('--from', from, '--app', app('new', { Users: globalTable('users', [EU], key) }), '--json');
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ problems: [{ code: 'IDT1301', given: 'sub (S)', allowed: 'id (S)' }] });
  });
});

describe('where a plan is written', () => {
  const tables = { Users: globalTable('users', [EU]) };
  const changed = { Users: globalTable('users', [EU], ttl('expires')) };

  test('fails in a directory that is not empty; with --force it replaces the plan and leaves other files', async () => {
    const [from, to] = [app('old', tables), app('new', changed)];
    await plan('--from', from, '--app', to);
    fs.writeFileSync(inDirectory('plan/notes.txt'), 'kept');
    fs.mkdirSync(inDirectory('plan/07'));
    const refused = await plan('--from', from, '--app', to);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('[IDT1308]');

    expect((await plan('--from', from, '--app', to, '--force')).code).toBe(0);
    expect(fs.readdirSync(inDirectory('plan')).sort()).toEqual(['01', 'notes.txt', 'plan.json', 'plan.md']);
  });

  test('fails with --force where there is no plan to replace', async () => {
    fs.mkdirSync(inDirectory('plan'));
    fs.writeFileSync(inDirectory('plan/thesis.txt'), '');
    const { code, err } = await plan('--from', app('old', tables), '--app', app('new', changed), '--force');
    expect(code).toBe(2);
    expect(err).toContain('holds something else than a plan');
    expect(fs.readdirSync(inDirectory('plan'))).toEqual(['thesis.txt']);
  });
});

describe('what plan is told', () => {
  test('fails for places that are none, with the nearest, all in one message', async () => {
    const [from, to] = [
      app('old', { Users: globalTable('users', [EU, US]) }),
      app('new', { Users: globalTable('users', [EU], { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } }) }),
    ];
    const { code, err } = await plan(
      ...['--from', from, '--app', to, '--accept-data-loss', 'users@us-east-1'],
      ...['--accept-data-loss', 'user@us-east-1', '--accept-data-loss', 'nonsense'],
    );
    expect({ code, problems: err.match(/\[IDT0703\]/g)?.length }).toEqual({ code: 2, problems: 2 });
    expect(err).toContain("did you mean 'users@us-east-1'?");
    expect(err).toContain('TABLE@REGION, such as prod-sessions@us-east-1');
  });

  test('paths with blanks are quoted in the commands', async () => {
    const [from, to] = [
      app('old', { Users: globalTable('users', [EU]) }),
      app('new', { Users: globalTable('users', [EU], ttl('expires')) }),
    ];
    const output = inDirectory("it's a plan");
    await runCommand(['plan', '--output', output, '--from', from, '--app', to]);
    const { steps: written } = JSON.parse(fs.readFileSync(path.join(output, 'plan.json'), 'utf8')) as PlanFile;
    const shell = execFileSync('bash', ['-c', `printf '%s\\n' ${written[0].commands[0]}`], { encoding: 'utf8' });
    expect(shell.split('\n')[4]).toBe(`${output}/01`);
  });

  test('fails where no table is to plan for', async () => {
    const none = app('none', {});
    expect(await plan('--from', none, '--app', none)).toMatchObject({
      code: 2,
      err: expect.stringContaining('[IDT0705]') as string,
    });
  });
});

describe('from live tables', () => {
  const live = (...args: string[]): Promise<Ran> => plan('--endpoint', stub.endpoint, ...args);
  const provisioned = { ProvisionedThroughput: { ReadCapacityUnits: 2, WriteCapacityUnits: 2 }, BillingModeSummary: undefined };

  test('a table that the server made is turned to on-demand, imported and verified', async () => {
    stub.set(EU, 'users', { table: provisioned });
    const { code, err } = await live('--app', app('new', { Users: globalTable('users', [EU]) }));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(steps().map(({ kind }) => kind)).toEqual(['api', 'wait', 'deploy', 'import', 'wait', 'deploy']);
    expect(steps()[3].commands).toEqual([
      `npx cdk import --app ${inDirectory('plan')}/04 Identity --resource-mapping ${inDirectory('plan')}/04-import.json`,
    ]);
    expect(JSON.parse(fs.readFileSync(inDirectory('plan/04-import.json'), 'utf8'))).toEqual({ Users: { TableName: 'users' } });
  });

  test('a table that its stack owns is changed by its stack, and one that is being changed is waited for', async () => {
    stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
    stub.set(EU, 'users', { table: { TableStatus: 'UPDATING' } });
    const { code, err } = await live('--app', app('new', { Users: globalTable('users', [EU], ttl('expires')) }));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(steps().map(({ kind }) => kind)).toEqual(['wait', 'deploy']);
  });

  describe('TTL that is turned on', () => {
    const target = (): string => app('new', { Users: globalTable('users', [EU], ttl('expires')) });
    const text = (): string => fs.readFileSync(inDirectory('plan/plan.md'), 'utf8');
    const page = (count: number, units = 128): { count: number; scanned: number; units: number } => ({
      count,
      scanned: 100,
      units,
    });

    test('the items that have expired are counted, all of them in a table of some megabytes', async () => {
      stub.set(EU, 'users', { pages: [page(3), page(0), page(2)] });
      expect(await live('--app', target())).toMatchObject({ code: 0, err: '' });
      expect(text()).toContain("TTL on 'expires' on; 5 of 300 items have expired already and are deleted within days");
      const [scan] = stub.callsOf('Scan');
      expect(scan.input).toMatchObject({ Select: 'COUNT', ExpressionAttributeNames: { '#expiry': 'expires' } });
      const { ':to': now, ':from': then } = scan.input.ExpressionAttributeValues as Record<string, { N: string }>;
      expect(Math.abs(Number(now.N) - Date.now() / 1000)).toBeLessThan(60);
      expect(Number(now.N) - Number(then.N)).toBeCloseTo(5 * 365 * 86_400, 1);
    });

    test('no more than 25 MB is read of a large table; the command counts the rest', async () => {
      stub.set(EU, 'users', { pages: Array.from({ length: 40 }, () => page(1)) });
      await live('--app', target());
      expect(stub.callsOf('Scan')).toHaveLength(25);
      expect(text()).toContain('25 of the first 2500 items have expired already, and such items are deleted within days');
      expect(text()).toContain('aws dynamodb scan --select COUNT --table-name users');
    });

    test('of a provisioned table no more is read than it provides in half a minute', async () => {
      stub.set(EU, 'users', { table: provisioned, pages: Array.from({ length: 9 }, () => page(1, 25)) });
      await live('--app', target());
      expect(stub.callsOf('Scan').map(({ input }) => input.Limit)).toEqual([100, 100, 100]);
      expect(text()).toContain('3 of the first 300 items have expired already');
    });

    test('a table whose items may not be read is planned for all the same', async () => {
      stub.set(EU, 'users');
      stub.before = ({ operation }) => (operation === 'Scan' ? refusal('AccessDeniedException') : undefined);
      expect(await live('--app', target())).toMatchObject({ code: 0 });
      expect(text()).toContain(
        'items that have expired already are deleted within days (they could not be counted: AccessDeniedException: said the stub); this',
      );
    });

    test('nothing is counted where TTL stays as it is', async () => {
      stub.set(EU, 'users', { timeToLive: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' } });
      await live('--app', target());
      expect(stub.callsOf('Scan')).toEqual([]);
    });
  });

  test('a table that changes its logical id is retained by a deployment before it leaves, whatever its policy is', async () => {
    stub.stacks = { [`${EU}/Identity`]: { Old: 'users' } };
    stub.set(EU, 'users');
    await live('--app', app('new', { New: globalTable('users', [EU]) }));
    expect(steps()[0]).toMatchObject({ kind: 'deploy', title: 'Identity: retain tables that leave the stack' });
    const template = fs.readFileSync(inDirectory('plan/01/Identity.template.json'), 'utf8');
    expect((JSON.parse(template) as { Resources: object }).Resources).toMatchObject({
      Old: { DeletionPolicy: 'Retain', Properties: { Replicas: [{ DeletionProtectionEnabled: true }] } },
    });
    for (const { number, kind } of steps().filter((step) => step.kind === 'deploy' || step.kind === 'import')) {
      const written = fs.readFileSync(inDirectory(`plan/${number}/Identity.template.json`), 'utf8');
      expect({ number, kind, isResolved: !written.includes('unresolved:') }).toEqual({ number, kind, isResolved: true });
    }
  });

  test('a single-region table that the app keeps is left alone', async () => {
    const KeySchema = [{ AttributeName: 'id', KeyType: 'HASH' }];
    const AttributeDefinitions = [{ AttributeName: 'id', AttributeType: 'S' }];
    const single = { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'legacy', KeySchema, AttributeDefinitions } };
    stub.stacks = { [`${EU}/Identity`]: { Users: 'users', Legacy: 'legacy' } };
    stub.singleRegionTables = ['legacy'];
    stub.set(EU, 'users');
    stub.set(EU, 'legacy');
    const to = app('new', { Users: globalTable('users', [EU], ttl('expires')), Legacy: single });
    expect(await live('--app', to)).toMatchObject({ code: 0, err: '' });
    expect(steps().map(({ kind, changes }) => [kind, ...changes.map((change) => change.split(':')[0])])).toEqual([
      ['deploy', 'users'],
    ]);
    const { Resources } = JSON.parse(fs.readFileSync(inDirectory('plan/01/Identity.template.json'), 'utf8')) as {
      Resources: object;
    };
    expect(Object.keys(Resources).sort()).toEqual(['Legacy', 'Users']);
  });

  test('a table behind the first 100 resources of its stack is of that stack, and is not imported', async () => {
    const others = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`Other${i}`, `other-${i}`]));
    stub.stacks = { [`${EU}/Identity`]: { ...others, Users: 'users' } };
    stub.set(EU, 'users');
    Object.values(others).forEach((tableName) => stub.set(EU, tableName));
    const tables = Object.entries({ ...others, Users: 'users' }).map(([id, tableName]) => [id, globalTable(tableName, [EU])]);
    const to = app('new', Object.fromEntries(tables) as Record<string, ReturnType<typeof globalTable>>);
    expect(await live('--app', to)).toMatchObject({ code: 0, err: '' });
    expect(steps().map(({ kind }) => kind)).not.toContain('import');
  });

  test('a table that a deleted stack has retained is of no stack, and is imported', async () => {
    stub.stacks = { [`${EU}/Former`]: { Users: 'users' } };
    stub.deletedStacks = ['Former'];
    stub.set(EU, 'users');
    await live('--app', app('new', { Users: globalTable('users', [EU]) }));
    expect(steps().map(({ kind }) => kind)).toEqual(['deploy', 'import', 'wait', 'deploy']);
  });

  test('fails where CloudFormation beside another server refuses: a table that it owns would be imported', async () => {
    stub.set(EU, 'users');
    stub.before = ({ operation }) => (operation === 'ListStackResources' ? xmlError('AccessDenied', 'not you') : undefined);
    const { code, err } = await live('--app', app('new', { Users: globalTable('users', [EU]) }));
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('[IDT1205] which stacks own the tables') as string });
  });

  test('a stack that lost the last of its tables lets go of it, and does not delete it', async () => {
    stub.stacks = { [`${EU}/Identity`]: { Users: 'users' } };
    stub.set(EU, 'users');
    const queue = { Type: 'AWS::SQS::Queue', Properties: {} };
    expect(await live('--app', app('new', { Queue: queue }))).toMatchObject({ code: 0, err: '' });
    expect(steps().map(({ title }) => title)).toEqual([
      'Identity: retain tables that leave the stack',
      'Identity: deploy the unmodified target',
    ]);
  });

  test('fails where it may not be known whether a table is one of version 2017.11.29', async () => {
    stub.set(EU, 'users', { table: { Replicas: [{ RegionName: US, ReplicaStatus: 'ACTIVE' }] } });
    stub.set(US, 'users', { table: { Replicas: [{ RegionName: EU, ReplicaStatus: 'ACTIVE' }] } });
    stub.before = ({ operation }) => (operation === 'DescribeGlobalTable' ? refusal('AccessDeniedException') : undefined);
    const { code, err } = await live('--app', app('new', { Users: globalTable('users', [EU, US]) }));
    expect({ code, isSaid: err.includes('global table of version 2017.11.29 could not be read') }).toEqual({
      code: 2,
      isSaid: true,
    });
  });

  test('a table of the stack that the app does not have any more is protected and retained before the stack lets go of it', async () => {
    stub.stacks = { [`${EU}/Identity`]: { Users: 'users', Former: 'former' } };
    stub.set(EU, 'users');
    stub.set(EU, 'former');
    await live('--app', app('new', { Users: globalTable('users', [EU], ttl('expires')) }));
    expect(steps().map(({ kind }) => kind)).toEqual(['deploy', 'deploy', 'deploy']);
    const template = JSON.parse(fs.readFileSync(inDirectory('plan/02/Identity.template.json'), 'utf8')) as {
      Resources: Record<string, object>;
    };
    expect(template.Resources.Former).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: { Replicas: [{ Region: EU, DeletionProtectionEnabled: true }] },
    });
  });

  test('fails with one sentence when the login has expired, and takes no table for missing', async () => {
    stub.before = () => refusal('ExpiredTokenException');
    const { code, err } = await live('--app', app('new', { Users: globalTable('users', [EU]) }));
    expect(code).toBe(2);
    expect(err.match(/\[IDT/g)).toHaveLength(1);
    expect(err).toContain('[IDT1201]');
    expect(fs.existsSync(inDirectory('plan'))).toBe(false);
  });

  test('fails when one call is denied, since a plan from half the truth is none', async () => {
    stub.set(EU, 'users');
    stub.before = ({ operation }) => (operation === 'DescribeTimeToLive' ? refusal('AccessDeniedException') : undefined);
    const { code, err } = await live('--app', app('new', { Users: globalTable('users', [EU]) }));
    expect(code).toBe(2);
    expect(err).toContain('[IDT1205]');
  });

  test('fails for a table whose key cannot be used', async () => {
    stub.set(EU, 'users', { table: { TableStatus: 'INACCESSIBLE_ENCRYPTION_CREDENTIALS' } });
    const { code, err } = await live('--app', app('new', { Users: globalTable('users', [EU]) }));
    expect(code).toBe(2);
    expect(err).toContain('[IDT1311]');
  });
});

describe('--check', () => {
  const check = (number: string): Promise<Ran> => plan('--check', number, '--endpoint', stub.endpoint);
  const ON = { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' };

  beforeEach(async () => {
    const from = app('old', { Users: globalTable('users', [EU], ttl('ttl')) });
    await plan('--from', from, '--app', app('new', { Users: globalTable('users', [EU], ttl('expires')) }));
  });

  test('a step is reached when what stands is what it leads to, or what a later step leads to', async () => {
    stub.set(EU, 'users', { timeToLive: { TimeToLiveStatus: 'DISABLED' } });
    expect(await check('1')).toMatchObject({ code: 0, out: expect.stringMatching(/^step 01 is reached/) as string });
    expect(await check('03')).toMatchObject({
      code: 1,
      out: expect.stringContaining("users@eu-central-1: ttl: live off, wanted on, attribute 'expires'") as string,
    });
    stub.set(EU, 'users', { timeToLive: ON });
    expect(await check('03')).toMatchObject({ code: 0 });
    expect(await check('01')).toMatchObject({
      code: 0,
      out: expect.stringContaining('step 03 is reached, which comes later') as string,
    });
  });

  test('a wait is over when nothing of its tables is in between', async () => {
    stub.set(EU, 'users', { timeToLive: { TimeToLiveStatus: 'DISABLING', AttributeName: 'ttl' } });
    expect(await check('02')).toMatchObject({ code: 1, out: expect.stringContaining('ttl is DISABLING') as string });
    stub.set(EU, 'users', { timeToLive: { TimeToLiveStatus: 'DISABLED' } });
    expect(await check('02')).toMatchObject({ code: 0 });
  });

  test('an import is verified when what stands is what it describes', async () => {
    const onDemand = { BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' } };
    const provisioned = { ProvisionedThroughput: { ReadCapacityUnits: 2, WriteCapacityUnits: 2 }, BillingModeSummary: undefined };
    stub.set(EU, 'users', { table: provisioned });
    const to = app('imported', { Users: globalTable('users', [EU], ttl('expires')) });
    expect(await plan('--app', to, '--endpoint', stub.endpoint, '--force')).toMatchObject({ code: 0 });
    expect(await check('05')).toMatchObject({ code: 1, out: expect.stringContaining('users@eu-central-1: billing') as string });
    stub.set(EU, 'users', { table: onDemand });
    expect(await check('05')).toMatchObject({ code: 0, out: expect.stringMatching(/^step 05 is reached: verify/) as string });
  });

  test('a table that another app is to let go of is seen to have left its stack, or to be gone', async () => {
    stub.stacks = { [`${EU}/Former`]: { Users: 'users' } };
    stub.set(EU, 'users');
    const to = app('taken', { Users: globalTable('users', [EU]) });
    expect(await plan('--app', to, '--endpoint', stub.endpoint, '--force')).toMatchObject({ code: 0 });
    const still = 'users@eu-central-1 is still in stack Former';
    expect(await check('01')).toMatchObject({ code: 1, out: expect.stringContaining(still) as string });
    stub.stacks = {};
    expect(await check('01')).toMatchObject({ code: 0, out: expect.stringMatching(/^step 01 is reached: let go/) as string });
    stub.stacks = undefined;
    expect(await check('01')).toMatchObject({ code: 1, out: expect.stringContaining('CloudFormation does not tell') as string });
    stub.stacks = {};
    stub.remove(EU, 'users');
    expect(await check('01')).toMatchObject({
      code: 1,
      out: expect.stringContaining('users@eu-central-1 does not stand') as string,
    });
  });

  test('a region is left when its stack is gone and its tables stand', async () => {
    stub.stacks = { [`${EU}/Identity`]: { Users: 'users', Nonces: 'nonces' }, [`${US}/Identity-us`]: { Nonces: 'nonces' } };
    const stream = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } };
    const replicas = (region: string): object => ({
      table: { ...stream, Replicas: [{ RegionName: region === EU ? US : EU, ReplicaStatus: 'ACTIVE' }] },
    });
    [EU, US].forEach((region) => {
      stub.set(region, 'users', replicas(region));
      stub.set(region, 'nonces');
    });
    const to = app('home', {
      Users: globalTable('users', [EU], { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } }),
      Nonces: globalTable('nonces', [EU]),
    });
    const accept = ['--accept-data-loss', 'users@us-east-1'];
    expect(await plan('--app', to, '--endpoint', stub.endpoint, '--force', ...accept)).toMatchObject({ code: 0, err: '' });
    const leave = steps().find(({ title }) => title === 'remove the stack of a region that is left');
    expect(leave?.stacks).toEqual([{ region: US, stackName: 'Identity-us' }]);
    const number = leave?.number ?? '';
    expect(await check(number)).toMatchObject({
      code: 1,
      out: expect.stringContaining('stack Identity-us in us-east-1 still stands') as string,
    });
    stub.stacks = { [`${EU}/Identity`]: { Users: 'users', Nonces: 'nonces' } };
    expect(await check(number)).toMatchObject({ code: 0 });
  });

  test('fails for a step that the plan does not have, and where there is no plan', async () => {
    const unknown = await check('9');
    expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining("allowed: '01', '02', '03'") as string });
    fs.rmSync(inDirectory('plan'), { recursive: true });
    expect(await check('1')).toMatchObject({ code: 2, err: expect.stringContaining('[IDT1309]') as string });
  });
});
