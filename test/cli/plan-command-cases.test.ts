import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, CfnWaitConditionHandle, Stack } from 'aws-cdk-lib/core';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { PlanFile, PlannedStep } from '../../lib/cli/plan/plan-file';
import { temporaryDirectory } from './schema-directory';
import { runCommand, type Ran } from './support';
import { ACCOUNT, globalTable, writeAssembly } from './verify-assembly';
import { StubDynamo } from './verify-stub';

// Cases from users, through the command and with the files that it writes: what went wrong for each is told above its tests.

type Json = Record<string, unknown>;

const EU = 'eu-central-1';
const US = 'us-east-1';
const AP = 'ap-southeast-2';
const WEST = 'us-west-2';
const STREAM = { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } };

let directory: string;
let stub: StubDynamo;
beforeEach(async () => {
  directory = temporaryDirectory();
  stub = await StubDynamo.start();
});
afterEach(async () => {
  await stub.stop();
  fs.rmSync(directory, { recursive: true, force: true });
});

const inDirectory = (name: string): string => path.join(directory, name);
const plan = (...args: string[]): Promise<Ran> => runCommand(['plan', '--output', inDirectory('plan'), ...args]);
const steps = (): readonly PlannedStep[] =>
  (JSON.parse(fs.readFileSync(inDirectory('plan/plan.json'), 'utf8')) as PlanFile).steps;
const text = (): string => fs.readFileSync(inDirectory('plan/plan.md'), 'utf8');

function app(name: string, tables: Readonly<Record<string, Json>>): string {
  writeAssembly(inDirectory(name), [{ name: 'Identity', region: EU, tables }]);
  return inDirectory(name);
}

interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Properties: Json & { readonly Replicas: ReadonlyArray<Json & { readonly Region: string }> };
}

type Resources = Readonly<Record<string, Resource>>;

const resourcesIn = (file: string): Resources =>
  (JSON.parse(fs.readFileSync(file, 'utf8')) as { Resources: Resources }).Resources;

/** The resources of the template of every deployment and import, in order. */
const written = (): Resources[] =>
  steps()
    .filter(({ kind }) => kind === 'deploy' || kind === 'import')
    .map(({ number }) => resourcesIn(inDirectory(`plan/${number}/Identity.template.json`)));

/** The regions of the replicas of the table, in no order. */
const regionsOf = ({ Users }: Resources): string[] => Users.Properties.Replicas.map(({ Region }) => Region).sort();

/** Everything in a template but the list of replicas. */
const withoutReplicas = ({ Users, ...others }: Resources): object => {
  const properties = Object.entries(Users.Properties).filter(([name]) => name !== 'Replicas');
  return { ...others, Users: { ...Users, Properties: Object.fromEntries(properties) } };
};

/** Replicas of a template that are not as in the template before. */
const newReplicas = (before: Resources, after: Resources): Json[] => {
  const known = before.Users.Properties.Replicas.map((replica) => JSON.stringify(replica));
  return after.Users.Properties.Replicas.filter((replica) => !known.includes(JSON.stringify(replica)));
};

// hashicorp/terraform-provider-aws issue 13132, aws-cloudformation/rain issue 339 and the discussion of aws/aws-cdk issue 12113: more
// than one replica in an update, a list without the region of the stack, a stream and a replica in one update.
describe('the list of replicas', () => {
  const replica = { DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } };
  const users = (regions: readonly string[], more: Json = {}): Readonly<Record<string, Json>> => ({
    Users: globalTable('users', regions, more, replica),
    Codes: globalTable('codes', [EU]),
  });
  const kinds = (): string[] => steps().map(({ kind }) => kind);

  test('one region becomes four: three deployments, in each one entry more and nothing else', async () => {
    const [from, to] = [app('old', users([EU], STREAM)), app('new', users([EU, US, AP, WEST]))];
    expect(await plan('--from', from, '--app', to)).toMatchObject({ code: 0, err: '' });
    expect(kinds()).toEqual(['deploy', 'wait', 'deploy', 'wait', 'deploy']);
    const templates = [users([EU], STREAM) as unknown as Resources, ...written()];
    expect(templates.map(regionsOf)).toEqual([[EU], [AP, EU], [AP, EU, US], [AP, EU, US, WEST]]);
    templates.slice(1).forEach((template, i) => {
      expect(withoutReplicas(template)).toEqual(withoutReplicas(templates[i]));
      expect(newReplicas(templates[i], template)).toEqual([{ Region: [AP, US, WEST][i], ...replica }]);
    });
  });

  test('without a stream: one deployment has the stream alone, the next one the replica alone', async () => {
    const [from, to] = [app('old', users([EU])), app('new', users([EU, US]))];
    expect(await plan('--from', from, '--app', to)).toMatchObject({ code: 0, err: '' });
    const [stream, added, ...others] = written();
    expect(others).toEqual([]);
    expect(stream).toEqual(users([EU], STREAM));
    expect(withoutReplicas(added)).toEqual(withoutReplicas(stream));
    expect(newReplicas(stream, added)).toEqual([{ Region: US, ...replica }]);
  });

  test('two of three are removed: two deployments, each after protection is lifted there and the loss is confirmed', async () => {
    const [from, to] = [app('old', users([EU, US, AP])), app('new', users([EU], STREAM))];
    const accept = ['--accept-data-loss', `users@${US},users@${AP}`];
    expect(await plan('--from', from, '--app', to, ...accept)).toMatchObject({ code: 0, err: '' });
    const templates = written();
    const removals = templates.flatMap((template, i) =>
      i > 0 && regionsOf(template).length < regionsOf(templates[i - 1]).length ? [[templates[i - 1], template]] : [],
    );
    expect(removals.map(([, after]) => regionsOf(after))).toEqual([[EU, US], [EU]]);
    removals.forEach(([before, after]) => {
      expect(withoutReplicas(after)).toEqual(withoutReplicas(before));
      expect(newReplicas(before, after)).toEqual([]);
    });
    const confirmed = kinds().filter((kind, i) => kind === 'confirm' && kinds()[i + 1] === 'deploy');
    expect(confirmed).toHaveLength(2);
    expect(templates.at(-1)).toEqual(users([EU], STREAM));
  });

  test('fails to remove the region of the stack', async () => {
    const [from, to] = [app('old', users([EU, US])), app('new', users([US], STREAM))];
    const { code, err } = await plan('--from', from, '--app', to, '--accept-data-loss', `users@${EU}`);
    expect(code).toBe(2);
    expect(err).toContain("[IDT1304] table 'users' has no replica in the region of its stack");
    expect(fs.existsSync(inDirectory('plan'))).toBe(false);
  });

  test('one region instead of another: added first, then 24 hours, then removed', async () => {
    const [from, to] = [app('old', users([EU, US])), app('new', users([EU, AP]))];
    expect(await plan('--from', from, '--app', to, '--accept-data-loss', `users@${US}`)).toMatchObject({ code: 0, err: '' });
    const regions = written().map((template) => regionsOf(template).join(' '));
    expect(regions.filter((each, i) => each !== regions[i - 1])).toEqual([`${AP} ${EU} ${US}`, `${AP} ${EU}`]);
    const lock = steps().findIndex(({ title }) => title.includes('24 hours'));
    expect(steps()[lock]).toMatchObject({ kind: 'wait', commands: [] });
    const removal = steps().findIndex(({ changes }) => changes.some((change) => change.includes(`replica in ${US} removed`)));
    expect([lock, removal].every((at, i, all) => at >= 0 && (i === 0 || at > all[i - 1]))).toBe(true);
    expect(text()).toContain('24 hours');
  });
});

// aws/aws-cdk issues 24954 and 6762, and cloudformation-coverage-roadmap issue 1442: a stack that carries other changes at an import,
// a table that cannot be imported, a retained one that is made again.
describe('import', () => {
  const names = ['clients', 'codes', 'journal'];

  /** An app of the CDK, whose logical ids have a hash at their end, with a resource that is no table. */
  function cdkApp(regions: readonly string[] = []): { app: string; template: Resources } {
    const cdk = new App({ outdir: inDirectory('new'), analyticsReporting: false });
    const stack = new Stack(cdk, 'Identity', { env: { account: ACCOUNT, region: EU } });
    new CfnWaitConditionHandle(stack, 'Other');
    for (const tableName of names) {
      const partitionKey = { name: 'id', type: AttributeType.STRING };
      new TableV2(stack, `Table-${tableName}`, { tableName, partitionKey, replicas: regions.map((region) => ({ region })) });
    }
    cdk.synth();
    return { app: inDirectory('new'), template: resourcesIn(inDirectory('new/Identity.template.json')) };
  }

  const idIn = (template: Resources, tableName: string): string =>
    Object.keys(template).find((id) => template[id].Properties?.TableName === tableName) ?? 'none';
  const live = (cdk: string): Promise<Ran> => plan('--app', cdk, '--endpoint', stub.endpoint);
  const importStep = (): PlannedStep & { readonly at: number } => {
    const at = steps().findIndex(({ kind }) => kind === 'import');
    return { ...steps()[at], at };
  };
  const mapping = (): unknown => JSON.parse(fs.readFileSync(inDirectory(`plan/${importStep().number}-import.json`), 'utf8'));

  test('two of three tables stand: two entries by the ids of the template, a word on the third, and every table kept', async () => {
    const { app: cdk, template } = cdkApp();
    ['clients', 'codes'].forEach((name) => stub.set(EU, name));
    expect(await live(cdk)).toMatchObject({ code: 0, err: '' });
    const [clients, codes] = ['clients', 'codes'].map((name) => idIn(template, name));
    expect(clients).toMatch(/^Tableclients[0-9A-F]{8}$/);
    expect(mapping()).toEqual({ [clients]: { TableName: 'clients' }, [codes]: { TableName: 'codes' } });
    expect(text()).toContain('not imported, since they do not stand; a later step creates them: journal');

    const { at, number } = importStep();
    const imported = resourcesIn(inDirectory(`plan/${number}/Identity.template.json`));
    expect(Object.entries(imported).map(([id, { Type, DeletionPolicy }]) => [id, Type, DeletionPolicy])).toEqual(
      expect.arrayContaining([
        [clients, 'AWS::DynamoDB::GlobalTable', 'Retain'],
        [codes, 'AWS::DynamoDB::GlobalTable', 'Retain'],
      ]),
    );
    // The stack stands before, with everything but tables, and nothing but tables comes with the import.
    const before = resourcesIn(inDirectory(`plan/${steps()[at - 1].number}/Identity.template.json`));
    expect(Object.keys(before)).toEqual(['Other']);
    expect(Object.fromEntries(Object.entries(imported).filter(([id]) => id !== clients && id !== codes))).toEqual(before);
    expect(steps()[at + 1]).toMatchObject({ kind: 'wait', title: 'verify that the imported tables are as in the template' });
    expect(steps()[at + 1].commands[0]).toContain('plan --check');
  });

  test('a global table of version 2019.11.21 is imported with all of its replicas', async () => {
    const { app: cdk, template } = cdkApp([US, AP]);
    const table = {
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      GlobalTableVersion: '2019.11.21',
      Replicas: [EU, US, AP].map((RegionName) => ({ RegionName, ReplicaStatus: 'ACTIVE' })),
    };
    [EU, US, AP].forEach((region) => names.forEach((name) => stub.set(region, name, { table })));
    expect(await live(cdk)).toMatchObject({ code: 0, err: '' });
    const imported = resourcesIn(inDirectory(`plan/${importStep().number}/Identity.template.json`));
    for (const name of names) {
      const { Properties } = imported[idIn(template, name)];
      expect(Properties.Replicas.map(({ Region }) => Region).sort()).toEqual([AP, EU, US]);
    }
  });

  test('fails for a global table of version 2017.11.29, which is one that DescribeGlobalTable knows', async () => {
    const { app: cdk } = cdkApp([US]);
    const table = {
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      Replicas: [EU, US].map((RegionName) => ({ RegionName, ReplicaStatus: 'ACTIVE' })),
    };
    [EU, US].forEach((region) => names.forEach((name) => stub.set(region, name, { table })));
    stub.before = ({ operation, input }) =>
      operation === 'DescribeGlobalTable' && input.GlobalTableName === 'codes'
        ? { status: 200, body: { GlobalTableDescription: { GlobalTableName: 'codes', GlobalTableStatus: 'ACTIVE' } } }
        : undefined;
    const { code, err } = await live(cdk);
    expect({ code, problems: err.match(/\[IDT\d+\]/g) }).toEqual({ code: 2, problems: ['[IDT1306]'] });
    expect(err).toContain("'codes'");
    expect(fs.existsSync(inDirectory('plan'))).toBe(false);
  });
});
