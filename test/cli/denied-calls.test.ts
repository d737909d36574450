import { EU, PlanSetup } from './plan-setup';
import { runCommand } from './support';
import { globalTable } from './verify-assembly';
import { refusal, xmlError } from './verify-stub';

// Each call of verify and plan denied alone: a sentence of its own, exit code 2, and in verify the rest of the truth.

const KEY = `arn:aws:kms:${EU}:111122223333:key/00000000-0000-0000-0000-000000000001`;
const DENIED = 'not you';

let setup: PlanSetup;
let app: string;

/** A table with a key whose manager only KMS knows, one with capacity that scales, and a missing one, so that every call is made. */
beforeEach(async () => {
  setup = await PlanSetup.start();
  const { stub } = setup;
  const tag = (name: string) => ({ Tags: [{ Key: 'identity-tables:table', Value: name }] });
  const keyed = { SSESpecification: { SSEEnabled: true, SSEType: 'KMS' } };
  const scaling = { MinCapacity: 1, MaxCapacity: 9, TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 } };
  const tables = {
    Users: globalTable('prod-users', [EU], keyed, tag('users')),
    Codes: globalTable(
      'prod-codes',
      [EU],
      { BillingMode: 'PROVISIONED', WriteProvisionedThroughputSettings: { WriteCapacityAutoScalingSettings: scaling } },
      { ...tag('codes'), ReadProvisionedThroughputSettings: { ReadCapacityAutoScalingSettings: scaling } },
    ),
    Keys: globalTable('prod-keys', [EU], {}, tag('keys')),
  };
  app = setup.app('cdk.out', { name: 'Identity', region: EU, tables });
  stub.stacks = { [`${EU}/Identity`]: { Users: 'prod-users', Codes: 'prod-codes' } };
  stub.templates = { [`${EU}/Identity`]: JSON.stringify({ Resources: { Users: tables.Users, Codes: tables.Codes } }) };
  stub.keys = { [EU]: { [KEY]: { Arn: KEY, KeyManager: 'AWS' } } };
  const targets = ['Read', 'Write'].map((unit) => ({
    ServiceNamespace: 'dynamodb',
    ResourceId: 'table/prod-codes',
    ScalableDimension: `dynamodb:table:${unit}CapacityUnits`,
    MinCapacity: 1,
    MaxCapacity: 9,
  }));
  stub.scaling = {
    [EU]: {
      targets,
      policies: targets.map(({ ResourceId, ScalableDimension }) => ({
        ResourceId,
        ScalableDimension,
        TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 },
      })),
    },
  };
  stub.set(EU, 'prod-users', {
    tags: { 'identity-tables:table': 'users' },
    table: { SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: KEY }, DeletionProtectionEnabled: true },
  });
  stub.set(EU, 'prod-codes', {
    tags: { 'identity-tables:table': 'codes' },
    table: { BillingModeSummary: undefined, ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
  });
});
afterEach(() => setup.stop());

function deny(operation: string): void {
  const isXml = ['ListStackResources', 'DescribeStackResources', 'GetTemplate'].includes(operation);
  setup.stub.before = (call) =>
    call.operation !== operation
      ? undefined
      : isXml
        ? { ...xmlError('AccessDenied', DENIED), status: 403 }
        : refusal('AccessDeniedException', DENIED);
}

interface Told {
  readonly problems: readonly { readonly code: string; readonly what: string; readonly given: string; readonly fix: string }[];
  readonly changes: readonly { readonly tableName: string; readonly kind: string }[];
}

async function told(args: readonly string[]): Promise<{ code: number; problems: string[]; changes: string[] }> {
  const { code, out } = await runCommand([...args, '--app', app, '--endpoint', setup.stub.endpoint, '--json']);
  const { problems = [], changes = [] } = JSON.parse(out) as Partial<Told>;
  problems.forEach(({ fix }) =>
    expect(fix).toBe('allow the calls that identity-tables policy verify prints, and run the command again'),
  );
  return {
    code,
    problems: problems.map((problem) => `${problem.code} ${problem.what} (${problem.given})`),
    changes: changes.map(({ tableName, kind }) => `${tableName} ${kind}`),
  };
}

const said = (what: string, code = 'AccessDeniedException'): string => `IDT1205 ${what} could not be read (${code}: ${DENIED})`;
const setting = (name: string): string => said(`${name} of 2 tables in ${EU}`);
const PROTECTION = 'prod-users deletion-protection';
const MISSING = 'prod-keys table-missing';
const XML = 'AccessDenied';

/** What each call costs in verify; what of the differences is still told when it is not both of them; and what it costs a plan. */
const CALLS: ReadonlyArray<{
  readonly call: string;
  readonly verify: readonly string[];
  readonly changes?: readonly string[];
  /** That of verify when left out. */
  readonly plan?: readonly string[];
}> = [
  { call: 'DescribeTable', verify: [said(`3 tables in ${EU}`)], changes: [] },
  { call: 'DescribeTimeToLive', verify: [setting('ttl')] },
  { call: 'DescribeContinuousBackups', verify: [setting('point-in-time recovery')] },
  { call: 'ListTagsOfResource', verify: [setting('tags')] },
  { call: 'GetResourcePolicy', verify: [setting('resource policy')] },
  { call: 'DescribeContributorInsights', verify: [setting('contributor insights')] },
  { call: 'DescribeScalableTargets', verify: [said(`capacity of 'prod-codes' in ${EU}`)] },
  { call: 'DescribeScalingPolicies', verify: [said(`capacity of 'prod-codes' in ${EU}`)] },
  { call: 'DescribeKey', verify: [said(`encryption of 'prod-users' in ${EU}`)] },
  { call: 'ListTables', verify: [said(`the list of all tables in ${EU}`)], plan: [] },
  {
    call: 'ListStackResources',
    verify: [said(`owner of 2 tables in ${EU}`, XML)],
    plan: [said(`which stacks own the tables in ${EU}`, XML)],
  },
  { call: 'DescribeStackResources', verify: [], plan: [] },
  { call: 'GetTemplate', verify: [], plan: [said(`the deployed template of stack 'Identity' in ${EU}`, XML)] },
  { call: 'DescribeGlobalTable', verify: [], plan: [] },
];

test('without a denial there are two differences, and a plan', async () => {
  expect(await told(['verify'])).toEqual({ code: 1, problems: [], changes: [MISSING, PROTECTION] });
  expect(await told(['plan', '--output', setup.file('plan')])).toMatchObject({ code: 0, problems: [] });
});

test.each(CALLS)('verify without $call', async ({ call, verify, changes = [MISSING, PROTECTION] }) => {
  deny(call);
  expect(await told(['verify'])).toEqual({ code: verify.length > 0 ? 2 : 1, problems: verify, changes });
});

test.each(CALLS)('plan without $call', async ({ call, verify, plan = verify }) => {
  deny(call);
  const { code, problems } = await told(['plan', '--output', setup.file('plan')]);
  expect({ code, problems }).toEqual({ code: plan.length > 0 ? 2 : 0, problems: plan });
});

// A table that no stack has is asked about by its own name, and whether it is a global table of the old version.
test.each([
  ['DescribeStackResources', said(`which stacks own the tables in ${EU}`, XML)],
  ['DescribeGlobalTable', said(`whether 'prod-codes' in ${EU} is a global table of version 2017.11.29`)],
])('plan of an adoption without %s', async (call, problem) => {
  setup.stub.stacks = {};
  setup.stub.templates = {};
  deny(call);
  const { code, problems } = await told(['plan', '--output', setup.file('plan')]);
  expect({ code, problems }).toEqual({ code: 2, problems: [problem] });
});
