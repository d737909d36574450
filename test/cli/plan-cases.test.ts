import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import {
  AttributeType,
  Billing,
  Capacity,
  StreamViewType,
  Table,
  TableEncryption,
  TableV2,
  type TablePropsV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { IdentityServer, IdentityTablesStacks, Replication } from '../../lib';
import { planSteps } from '../../lib/cli/plan/plan-steps';
import { planFromAssembly, planFromLive, readSource, type LiveFacts, type Source } from '../../lib/cli/plan/source';
import type { DeployStep, ImportStep, Step } from '../../lib/cli/plan/step';
import { stepNumber, writeAssemblies } from '../../lib/cli/plan/write-assemblies';
import type { TableState } from '../../lib/state';

// Cases from users, each with the answer that would have spared them the trouble; and what a plan refuses.

const ACCOUNT = '000000000000';
const HOME = 'eu-west-1';
const NOTHING: ReadonlySet<string> = new Set();

let directory: string;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'plan-cases-'));
});
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

type Tables = Readonly<Record<string, Partial<TablePropsV2> & { readonly indexes?: readonly string[] }>>;

/** An app with one stack in the home region. The index `x-index` is on attribute `x`. */
function app(name: string, tables: Tables, stackName = 'Identity'): Source {
  const outdir = path.join(directory, name);
  const cdkApp = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(cdkApp, stackName, { env: { account: ACCOUNT, region: HOME } });
  for (const [tableName, { indexes = [], ...props }] of Object.entries(tables)) {
    new TableV2(stack, `Table-${tableName}`, {
      tableName,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      globalSecondaryIndexes: indexes.map((indexName) => ({
        indexName,
        partitionKey: { name: indexName.replace('-index', ''), type: AttributeType.STRING },
      })),
      ...props,
    });
  }
  cdkApp.synth();
  return readSource(outdir, { account: ACCOUNT, region: HOME });
}

const deploysOf = (steps: readonly Step[]): DeployStep[] => steps.filter((step) => step.kind === 'deploy');
const changesOf = (step: DeployStep): string[] =>
  step.changes.map(({ name, table, regions = [] }) => [name, table, ...regions].join(' '));
const regionsOf = (step: DeployStep, table: string): string[] => [
  ...(step.stacks[0].tables.find(({ name }) => name === table)?.replicas.keys() ?? []),
];
const waitsOf = (steps: readonly Step[]): string[] =>
  steps.flatMap((step) => (step.kind === 'wait' ? [`${step.name} ${step.places.join(' ')}`] : []));

interface Properties {
  readonly TableName: string;
  readonly AttributeDefinitions: ReadonlyArray<{ readonly AttributeName: string }>;
  readonly GlobalSecondaryIndexes?: ReadonlyArray<{ readonly IndexName: string }>;
  readonly TimeToLiveSpecification?: object;
}

/** The properties of a table in the template of each deployment that is written. */
function written(steps: readonly Step[], table: string, target: Source, old?: Source): (Properties | undefined)[] {
  const output = path.join(directory, 'plan');
  writeAssemblies(output, steps, { target, old });
  return steps.flatMap((step, index) => {
    if (step.kind !== 'deploy' && step.kind !== 'import') return [];
    const file = path.join(output, stepNumber(index, steps.length), target.stacks[0].templateFile);
    const { Resources } = JSON.parse(fs.readFileSync(file, 'utf8')) as { Resources: Record<string, { Properties: Properties }> };
    return [Object.values(Resources).find(({ Properties: properties }) => properties?.TableName === table)?.Properties];
  });
}

describe('two indexes in one update', () => {
  const [user, mail, phone] = ['userInitial-user-index', 'mailInitial-mail-index', 'phone-index'];
  const three = ['a-index', 'b-index', 'c-index'];
  const before: Tables = { acc: {}, dev: {} };
  const after: Tables = {
    acc: { indexes: [user, mail, phone] },
    dev: { indexes: ['deviceId-index'] },
    brandNewTable: { indexes: three },
  };

  test('one deployment per index of a table, other tables beside it, a new table whole', () => {
    const [old, target] = [app('old', before), app('new', after)];
    const steps = planSteps(planFromAssembly(old, target, NOTHING));
    expect(deploysOf(steps).map((step) => step.changes.map(({ table, text }) => `${table}: ${text}`))).toEqual([
      [`acc: index '${mail}' added`, 'brandNewTable: created in eu-west-1 with 3 indexes', "dev: index 'deviceId-index' added"],
      [`acc: index '${phone}' added`],
      [`acc: index '${user}' added`],
    ]);
    expect(waitsOf(steps)).toEqual(['settled acc@eu-west-1', 'settled acc@eu-west-1']);
    expect(steps.at(-1)).toMatchObject({ kind: 'deploy' });
  });

  test('every template in between is valid by itself: attributes grow with the index', () => {
    const [old, target] = [app('old', before), app('new', after)];
    const steps = planSteps(planFromAssembly(old, target, NOTHING));
    const templates = written(steps, 'acc', target, old);
    const attributes = ['mailInitial-mail', 'phone', 'userInitial-user'];
    expect(
      templates.map((properties) => properties?.AttributeDefinitions.map(({ AttributeName }) => AttributeName).sort()),
    ).toEqual([[attributes[0], 'pk'], [attributes[0], attributes[1], 'pk'].sort(), [...attributes, 'pk'].sort()]);
    expect(templates.map((properties) => properties?.GlobalSecondaryIndexes?.length)).toEqual([1, 2, 3]);
  });
});

test('a table that CloudFormation names is not named by a step, which would replace it', () => {
  const unnamed = (indexes: string[]): Tables => ({ any: { tableName: undefined, indexes } });
  const [old, target] = [app('old', unnamed([])), app('new', unnamed(['a-index', 'b-index']))];
  const steps = planSteps(planFromAssembly(old, target, NOTHING));
  expect(steps.map(({ kind }) => kind)).toEqual(['deploy', 'wait', 'deploy']);
  writeAssemblies(path.join(directory, 'plan'), steps, { target, old });
  const file = path.join(directory, 'plan', '01', target.stacks[0].templateFile);
  const { Resources } = JSON.parse(fs.readFileSync(file, 'utf8')) as { Resources: Record<string, { Properties: object }> };
  const [{ Properties: properties }] = Object.values(Resources);
  expect(properties).toMatchObject({ GlobalSecondaryIndexes: [{ IndexName: 'a-index' }] });
  expect(properties).not.toHaveProperty('TableName');
});

describe('TTL that is renamed or removed', () => {
  test('a renamed attribute is turned off by name, then an hour passes, then the new one is turned on', () => {
    const [old, target] = [
      app('old', { tba: { timeToLiveAttribute: 'ttl' } }),
      app('new', { tba: { timeToLiveAttribute: 'expires' } }),
    ];
    const steps = planSteps(planFromAssembly(old, target, NOTHING));
    expect(deploysOf(steps).map(changesOf)).toEqual([['ttl-off tba'], ['ttl-on tba']]);
    expect(waitsOf(steps)).toEqual(['ttl-hour tba@eu-west-1']);
    expect(written(steps, 'tba', target, old).map((properties) => properties?.TimeToLiveSpecification)).toEqual([
      { AttributeName: 'ttl', Enabled: false },
      { AttributeName: 'expires', Enabled: true },
    ]);
  });

  test('a removed attribute is turned off by name before it leaves the template', () => {
    const [old, target] = [app('old', { tba: { timeToLiveAttribute: 'ttl' } }), app('new', { tba: {} })];
    const steps = planSteps(planFromAssembly(old, target, NOTHING));
    expect(steps.map(({ kind }) => kind)).toEqual(['deploy', 'wait', 'deploy']);
    expect(written(steps, 'tba', target, old).map((properties) => properties?.TimeToLiveSpecification)).toEqual([
      { AttributeName: 'ttl', Enabled: false },
      undefined,
    ]);
  });
});

describe('the list of replicas', () => {
  const replicas = (...regions: string[]): Tables => ({ tba: { replicas: regions.map((region) => ({ region })) } });
  const stream = { dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES };

  test('from one region to four: three deployments, each with one more replica and nothing else', () => {
    const [old, target] = [app('old', { tba: stream }), app('new', replicas('eu-central-1', 'us-east-1', 'us-west-2'))];
    const steps = planSteps(planFromAssembly(old, target, NOTHING));
    expect(deploysOf(steps).map(changesOf)).toEqual([
      ['replica-added tba eu-central-1'],
      ['replica-added tba us-east-1'],
      ['replica-added tba us-west-2'],
    ]);
    expect(deploysOf(steps).map((step) => regionsOf(step, 'tba'))).toEqual([
      ['eu-central-1', HOME],
      ['eu-central-1', HOME, 'us-east-1'],
      ['eu-central-1', HOME, 'us-east-1', 'us-west-2'],
    ]);
  });

  test('without a stream: the stream, then the replica', () => {
    const [old, target] = [app('old', { tba: {} }), app('new', replicas('eu-central-1'))];
    const steps = planSteps(planFromAssembly(old, target, NOTHING));
    expect(deploysOf(steps).map(changesOf)).toEqual([['stream tba'], ['replica-added tba eu-central-1']]);
  });

  test('two of three removed: two deployments, each after its loss is confirmed', () => {
    const [old, target] = [app('old', replicas('eu-central-1', 'us-east-1')), app('new', { tba: stream })];
    const steps = planSteps(planFromAssembly(old, target, new Set(['tba@eu-central-1', 'tba@us-east-1'])));
    expect(deploysOf(steps).map(changesOf)).toEqual([['replica-removed tba eu-central-1'], ['replica-removed tba us-east-1']]);
    const kinds = steps.map(({ kind }) => kind);
    expect(kinds.filter((kind, i) => kind === 'confirm' && kinds[i + 1] === 'deploy')).toHaveLength(2);
  });

  test('one region instead of another: added first, then 24 hours, then removed', () => {
    const [old, target] = [app('old', replicas('eu-central-1')), app('new', replicas('us-east-1'))];
    const steps = planSteps(planFromAssembly(old, target, new Set(['tba@eu-central-1'])));
    expect(deploysOf(steps).map(changesOf)).toEqual([['replica-added tba us-east-1'], ['replica-removed tba eu-central-1']]);
    expect(waitsOf(steps)).toEqual(['settled tba@eu-central-1 tba@eu-west-1 tba@us-east-1', 'replica-lock tba@eu-central-1']);
  });

  test('fails to remove the region of the stack', () => {
    const target = app('new', replicas('us-east-1'));
    const current = target.states;
    const abroad = target.states
      .filter(({ region }) => region !== HOME)
      .map((state) => ({ ...state, replicaRegions: ['us-east-1'] }));
    const input = { ...planFromLive({ ...FACTS, current }, target, NOTHING), target: abroad };
    expect(() => planSteps(input)).toThrow("[IDT1304] table 'tba' has no replica in the region of its stack");
  });

  test('fails to remove a replica that nobody has given up, and names the option', () => {
    const [old, target] = [app('old', replicas('eu-central-1')), app('new', { tba: stream })];
    expect(() => planSteps(planFromAssembly(old, target, NOTHING))).toThrow('--accept-data-loss tba@eu-central-1');
    expect(() => planSteps(planFromAssembly(old, target, new Set(['tba@us-east-1'])))).toThrow('IDT1305');
  });
});

const FACTS = { inBetween: [], ttlChanging: [], scalingTargets: [], expiredItems: [], legacyGlobalTables: [] };

/** Live tables that a server made: those of an app, without an owner, with capacity and without any protection. */
function madeByServer(source: Source, names: readonly string[], more: Partial<TableState> = {}): LiveFacts {
  const current = source.states
    .filter(({ tableName, region }) => names.includes(tableName) && region === HOME)
    .map((state): TableState => ({
      ...state,
      owner: { kind: 'nobody' },
      billing: { mode: 'PROVISIONED', table: { read: { min: 1, max: 1 }, write: { min: 1, max: 1 } }, indexes: {} },
      deletionProtection: false,
      ...more,
    }));
  return { ...FACTS, current };
}

describe('import of tables that stand', () => {
  const target = (): Source => app('new', { clients: { deletionProtection: true }, tokens: {}, journal: {} });

  test('of three tables in the template two stand: the mapping has two, and the third is created', () => {
    const source = target();
    const steps = planSteps(planFromLive(madeByServer(source, ['clients', 'tokens']), source, NOTHING));
    expect(steps.map(({ title }) => title)).not.toContain('upgrade the server');
    writeAssemblies(path.join(directory, 'plan'), steps, { target: source });
    const at = steps.findIndex(({ kind }) => kind === 'import');
    const number = stepNumber(at, steps.length);
    const mapping = JSON.parse(fs.readFileSync(path.join(directory, 'plan', `${number}-import.json`), 'utf8')) as object;
    const resources = source.stacks[0].template.Resources ?? {};
    const idOf = (name: string): string =>
      Object.keys(resources).find((id) => resources[id].Properties?.TableName === name) ?? 'none';
    expect(mapping).toEqual({ [idOf('clients')]: { TableName: 'clients' }, [idOf('tokens')]: { TableName: 'tokens' } });
    expect(steps[at].notes?.join()).toContain('name it literally until it has it');
    expect(steps[at].notes).toContain('not imported, since they do not stand; a later step creates them: journal');
    const last = deploysOf(steps).at(-1);
    expect(last && changesOf(last)).toContain('create journal');
  });

  test('protection and on-demand by call, all else of the stack, the import with Retain as it stands, then a verification', () => {
    const source = target();
    const scaling = {
      tableName: 'clients',
      region: HOME,
      resourceId: 'table/clients',
      dimension: 'dynamodb:table:WriteCapacityUnits',
    };
    const facts = { ...madeByServer(source, ['clients']), scalingTargets: [scaling] };
    const steps = planSteps(planFromLive(facts, source, NOTHING));
    expect(steps.slice(0, 7).map(({ kind }) => kind)).toEqual(['api', 'api', 'api', 'wait', 'deploy', 'import', 'wait']);
    expect(steps.slice(0, 3).flatMap((step) => (step.kind === 'api' ? step.calls.map(({ command }) => command) : []))).toEqual([
      'aws dynamodb update-table --table-name clients --deletion-protection-enabled --region eu-west-1',
      'aws application-autoscaling deregister-scalable-target --service-namespace dynamodb --resource-id table/clients ' +
        '--scalable-dimension dynamodb:table:WriteCapacityUnits --region eu-west-1',
      'aws dynamodb update-table --table-name clients --billing-mode PAY_PER_REQUEST --region eu-west-1',
    ]);
    // The two updates of one table may follow each other within seconds.
    const busy = /^ResourceInUseException: .* make the call again some seconds later$/m;
    expect(steps.slice(0, 3).map(({ notes }) => busy.test(notes?.join('\n') ?? ''))).toEqual([true, false, true]);
    const imported = steps[5] as ImportStep;
    expect(imported.imported.map(({ name, owner }) => [name, owner?.deletionPolicy])).toEqual([['clients', 'Retain']]);
    expect(imported.imported[0].replicas.get(HOME)).toMatchObject({
      deletionProtection: true,
      billing: { mode: 'PAY_PER_REQUEST' },
    });
    expect(waitsOf(steps)).toContain('verified clients@eu-west-1');
  });

  test('a table that is scaled gives up its scaling targets too, which no template has made', () => {
    const source = target();
    const dimensions = ['dynamodb:table:ReadCapacityUnits', 'dynamodb:table:WriteCapacityUnits'];
    const scalingTargets = dimensions.map((dimension) => ({
      tableName: 'clients',
      region: HOME,
      resourceId: 'table/clients',
      dimension,
    }));
    const range = { min: 1, max: 10, targetUtilization: 70 };
    const billing = { mode: 'PROVISIONED', table: { read: range, write: range }, indexes: {} } as const;
    const steps = planSteps(planFromLive({ ...madeByServer(source, ['clients'], { billing }), scalingTargets }, source, NOTHING));
    expect(steps.flatMap((step) => (step.kind === 'api' ? step.calls.map(({ name }) => name) : []))).toEqual([
      'protection-on',
      'deregister-scaling',
      'deregister-scaling',
      'billing-on-demand',
    ]);
  });

  test('the stack is deployed without its tables first, and is never empty', () => {
    const source = target();
    const steps = planSteps(planFromLive(madeByServer(source, ['clients', 'tokens', 'journal']), source, NOTHING));
    written(steps, 'clients', source);
    const before = steps.findIndex(({ kind }) => kind === 'import') - 1;
    const file = path.join(directory, 'plan', stepNumber(before, steps.length), source.stacks[0].templateFile);
    const { Resources } = JSON.parse(fs.readFileSync(file, 'utf8')) as { Resources: Record<string, { Type: string }> };
    expect(Object.values(Resources).map(({ Type }) => Type)).toEqual(['AWS::CloudFormation::WaitConditionHandle']);
  });

  test('a global table is imported with all replicas that stand', () => {
    const source = app('new', { tba: { replicas: [{ region: 'us-east-1' }], dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES } });
    const current = source.states.map((state): TableState => ({ ...state, owner: { kind: 'nobody' } }));
    const steps = planSteps(planFromLive({ ...FACTS, current }, source, NOTHING));
    const found = steps.find((step) => step.kind === 'import');
    expect([...(found?.imported[0].replicas.keys() ?? [])]).toEqual([HOME, 'us-east-1']);
  });

  test('fails for a global table of version 2017.11.29', () => {
    const source = target();
    const facts = { ...madeByServer(source, ['clients']), legacyGlobalTables: ['clients'] };
    expect(() => planSteps(planFromLive(facts, source, NOTHING))).toThrow('IDT1306');
  });

  test('a table that another stack has as AWS::DynamoDB::Table is retained, let go, turned to on-demand and imported', () => {
    const source = app('new', { clients: { deletionProtection: true } });
    const outdir = path.join(directory, 'old');
    const cdkApp = new App({ outdir, analyticsReporting: false });
    const stack = new Stack(cdkApp, 'Former', { env: { account: ACCOUNT, region: HOME } });
    new Table(stack, 'Clients', {
      tableName: 'clients',
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    cdkApp.synth();
    const old = readSource(outdir, { account: ACCOUNT, region: HOME });
    const steps = planSteps(planFromAssembly(old, source, NOTHING));
    expect(steps.map(({ kind, title }) => `${kind} ${title}`)).toEqual([
      'deploy Former: retain tables that leave the stack',
      'deploy Former: let go of retained tables',
      'api change billing to on-demand',
      'wait wait until tables, indexes and replicas are ACTIVE',
      'deploy Identity: deploy everything but tables',
      'import Identity: import tables as they are',
      'wait verify that the imported tables are as in the template',
      'deploy Identity: deploy the unmodified target',
    ]);
    writeAssemblies(path.join(directory, 'plan'), steps, { target: source, old });
    const templateOf = (step: string): { Resources: Record<string, { Type: string; DeletionPolicy?: string }> } =>
      JSON.parse(fs.readFileSync(path.join(directory, 'plan', step, old.stacks[0].templateFile), 'utf8')) as never;
    expect(Object.values(templateOf('01').Resources)).toMatchObject([{ Type: 'AWS::DynamoDB::Table', DeletionPolicy: 'Retain' }]);
    expect(Object.values(templateOf('02').Resources)).toMatchObject([{ Type: 'AWS::CloudFormation::WaitConditionHandle' }]);
  });
});

describe('what surrounds the tables', () => {
  /** Curity in one region or two, with customer-managed keys or without. */
  function curity(name: string, version: string, replicaRegions: string[], encryption?: TableEncryption): Source {
    const outdir = path.join(directory, name);
    const cdkApp = new App({ outdir, analyticsReporting: false });
    new IdentityTablesStacks(cdkApp, 'Identity', {
      server: IdentityServer.curity({ version }),
      primaryRegion: HOME,
      encryption,
      ...(replicaRegions.length > 0 && { replicaRegions, replication: Replication.full() }),
    });
    cdkApp.synth();
    return readSource(outdir, { account: ACCOUNT, region: HOME });
  }

  test('the migration of the vendor comes once, before the first of the indexes that need it', () => {
    const steps = planSteps(planFromAssembly(curity('old', '7.4', []), curity('new', '8.0', []), NOTHING));
    expect(steps.map((step) => (step.kind === 'deploy' ? changesOf(step).join() : step.title))).toEqual([
      'grant the new release its permissions',
      'migrate the accounts for Curity 8.0',
      'index-added curity-accounts',
      'wait until tables, indexes and replicas are ACTIVE',
      'index-added curity-accounts',
      'wait until tables, indexes and replicas are ACTIVE',
      'upgrade the server',
    ]);
  });

  test('the stacks of keys come first of all, also that of a further region', () => {
    const [old, target] = ['old', 'new'].map((name, i) =>
      curity(name, '11.0', i === 0 ? [] : ['us-east-1'], TableEncryption.CUSTOMER_MANAGED),
    );
    const steps = planSteps(planFromAssembly(old, target, NOTHING));
    expect(deploysOf(steps).map(({ title }) => title)).toEqual([
      'Identity/keys-us-east-1: deploy everything but tables',
      'Identity/eu-west-1: change settings in place',
      'Identity/eu-west-1: add a replica',
      'Identity/us-east-1: deploy the unmodified target',
    ]);
  });

  test('a change outside the tables alone is one deployment of the target; no change is no step', () => {
    const [old, same] = [app('old', { tba: {} }), app('same', { tba: {} })];
    expect(planSteps(planFromAssembly(old, same, NOTHING))).toEqual([]);
    const outdir = path.join(directory, 'new');
    fs.cpSync(same.directory, outdir, { recursive: true });
    const file = path.join(outdir, same.stacks[0].templateFile);
    const template = JSON.parse(fs.readFileSync(file, 'utf8')) as { Resources: object };
    const role = { Type: 'AWS::IAM::Role', Properties: {} };
    fs.writeFileSync(file, JSON.stringify({ ...template, Resources: { ...template.Resources, Role: role } }));
    const steps = planSteps(planFromAssembly(old, readSource(outdir, { account: ACCOUNT, region: HOME }), NOTHING));
    expect(steps.map(({ title }) => title)).toEqual(['Identity: deploy the unmodified target']);
  });

  test('a table is imported on-demand also when the target scales its capacity, which is changed afterwards', () => {
    const capacity = { minCapacity: 1, maxCapacity: 9 };
    const billing = Billing.provisioned({
      readCapacity: Capacity.autoscaled(capacity),
      writeCapacity: Capacity.autoscaled(capacity),
    });
    const target = app('new', { tba: { billing, indexes: ['x-index'] } });
    const steps = planSteps(planFromLive(madeByServer(target, ['tba']), target, NOTHING));
    const [, onDemand, scaled] = written(steps, 'tba', target) as (Record<string, unknown> | undefined)[];
    expect(onDemand).toMatchObject({ BillingMode: 'PAY_PER_REQUEST', GlobalSecondaryIndexes: [{ IndexName: 'x-index' }] });
    expect(JSON.stringify(onDemand)).not.toContain('ProvisionedThroughputSettings');
    expect(scaled).toEqual(Object.values(target.stacks[0].template.Resources ?? {})[0].Properties);
  });
});

describe('what no sequence of updates can do', () => {
  const planned = (before: Tables, after: Tables): readonly Step[] =>
    planSteps(planFromAssembly(app('old', before), app('new', after), NOTHING));
  const key = (name: string): Partial<TablePropsV2> => ({ partitionKey: { name, type: AttributeType.STRING } });

  test('fails to change the key, and tells both', () => {
    expect(() => planned({ tba: {} }, { tba: key('id') })).toThrow(/IDT1301[^]*given: +id \(S\)[^]*allowed: +pk \(S\)/);
  });

  test('fails to change the projection of an index under its name', () => {
    const index = (projectionType: string): Tables => ({
      tba: {
        globalSecondaryIndexes: [
          {
            indexName: 'by-mail',
            partitionKey: { name: 'mail', type: AttributeType.STRING },
            projectionType: projectionType as never,
          },
        ],
      },
    });
    expect(() => planned(index('ALL'), index('KEYS_ONLY'))).toThrow(
      "[IDT1302] index 'by-mail' of table 'tba' has another key or projection in the target\n" +
        '  given:   mail (S) KEYS_ONLY\n  allowed: mail (S) ALL\n',
    );
  });

  test('fails for local indexes of a table with one problem, which names them and both sides', () => {
    const local = (...names: string[]): Tables => ({
      tba: {
        sortKey: { name: 'sk', type: AttributeType.STRING },
        localSecondaryIndexes: names.map((name) => ({
          indexName: `by-${name}`,
          sortKey: { name, type: AttributeType.STRING },
        })),
      },
    });
    expect(() => planned(local('mail', 'name'), local('phone', 'name'))).toThrow(
      "[IDT1301] local index 'by-mail', local index 'by-phone' of table 'tba' are fixed when the table is made\n" +
        "  given:   local index 'by-mail': no such index; local index 'by-phone': pk (S), phone (S) ALL\n" +
        "  allowed: local index 'by-mail': pk (S), mail (S) ALL; local index 'by-phone': no such index\n" +
        '  fix:     keep what stands, or make a new set of tables under another prefix and move the items; ' +
        'to lose the items and begin empty: --accept-data-loss tba@eu-west-1',
    );
    expect(() => planned(local('mail'), local('mail', 'name'))).toThrow(
      "[IDT1301] local index 'by-name' of table 'tba' is fixed when the table is made\n" +
        '  given:   pk (S), name (S) ALL\n  allowed: no such index\n',
    );
  });

  test('fails to change a table in a nested stack, whose template is an asset of another', () => {
    const [old, target] = [app('old', { tba: {} }), app('new', { tba: { indexes: ['x-index'] } })];
    const input = { ...planFromAssembly(old, target, NOTHING), stacks: [] };
    expect(() => planSteps(input)).toThrow("[IDT1310] table 'tba' is to change, but it is in a nested stack");
    expect(planSteps({ ...planFromAssembly(old, old, NOTHING), stacks: [] })).toEqual([]);
  });

  test('fails with all problems at once', () => {
    expect(() => planned({ tba: {}, tbb: {} }, { tba: key('id'), tbb: key('id') })).toThrow(/table 'tba'[^]*table 'tbb'/);
  });
});

test('a table that leaves the app is retained before it leaves, and an index goes when no server queries it', () => {
  const before: Tables = { tba: { indexes: ['x-index'] }, gone: { removalPolicy: 'destroy' as never } };
  const [old, target] = [app('old', before), app('new', { tba: {} })];
  const steps = planSteps(planFromAssembly(old, target, NOTHING));
  expect(steps.map((step) => (step.kind === 'deploy' ? changesOf(step).join() : step.kind))).toEqual([
    'server',
    'index-removed tba',
    'keep gone',
    'let-go gone',
  ]);
});

test('a renamed index is added under its new name before the old one goes', () => {
  const [old, target] = [app('old', { tba: { indexes: ['x-index'] } }), app('new', { tba: { indexes: ['y-index'] } })];
  const steps = planSteps(planFromAssembly(old, target, NOTHING));
  expect(steps.map((step) => (step.kind === 'deploy' ? changesOf(step).join() : step.kind))).toEqual([
    'index-added tba',
    'server',
    'wait',
    'index-removed tba',
  ]);
});
