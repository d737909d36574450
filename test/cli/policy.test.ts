import type { Terminal } from '../../lib/cli';
import { main } from '../../lib/cli';

interface Output {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function policy(args: string, env: NodeJS.ProcessEnv = {}): Promise<Output> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = {
    env,
    print: (text) => out.push(text),
    warn: (text) => err.push(text),
    progress: () => undefined,
  };
  const code = await main(['policy', ...args.split(' ')], terminal);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

interface Printed {
  readonly kind: string;
  readonly policies: {
    readonly region: string;
    readonly size: number;
    readonly limit: number;
    readonly document: { readonly Statement: { readonly Action: string[]; readonly Resource: string[] }[] };
  }[];
}

async function printed(args: string): Promise<Printed> {
  const { code, out } = await policy(`${args} --json`);
  expect(code).toBe(0);
  return JSON.parse(out) as Printed;
}

const ROLE = 'arn:aws:iam::123456789012:role/deploy';
const EXPRESS = '--server connect-dynamodb --prefix prod- --region eu-central-1';

test('runtime: a document per region with its size', async () => {
  const { kind, policies } = await printed(
    'runtime --server connect-dynamodb --prefix prod- --region eu-central-1,us-east-1 --account 123456789012',
  );
  expect(kind).toBe('runtime');
  expect(policies.map(({ region, limit }) => [region, limit])).toEqual([
    ['eu-central-1', 6144],
    ['us-east-1', 6144],
  ]);
  expect(policies[0].document.Statement).toEqual([
    {
      Effect: 'Allow',
      Action: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      Resource: ['arn:aws:dynamodb:eu-central-1:123456789012:table/prod-sessions'],
    },
  ]);
  for (const { size, document } of policies) {
    expect(size).toBe(JSON.stringify(document).length);
  }
});

test('as text: a line with the size, then the document', async () => {
  const { out } = await policy(`runtime ${EXPRESS}`);
  const [first, ...rest] = out.split('\n');
  expect(first).toMatch(/^runtime policy of eu-central-1: \d+ of 6144 characters$/);
  expect(JSON.parse(rest.join('\n'))).toMatchObject({ Version: '2012-10-17' });
});

test('without an account a placeholder that IAM refuses, of the same length; the region of the environment', async () => {
  const { out } = await policy('runtime --server connect-dynamodb --json', { AWS_REGION: 'eu-west-1' });
  const [{ document }] = (JSON.parse(out) as Printed).policies;
  expect(document.Statement[0].Resource).toEqual(['arn:aws:dynamodb:eu-west-1:<account-id>:table/sessions']);
  expect('<account-id>').toHaveLength('123456789012'.length);
});

test('options of the server and of the grant reach the statements', async () => {
  const { policies } = await printed('runtime --server curity --version 11.0 --region eu-central-1 --allow-table-scans');
  expect(policies[0].document.Statement.flatMap(({ Action }) => Action)).toContain('dynamodb:Scan');

  const replication =
    'runtime --server connect2id --version 18.0 --mode replication --region eu-central-1 --may-create --manages-protection --discovery-table ping';
  const [{ document }] = (await printed(replication)).policies;
  expect(document.Statement[0].Action).toEqual(expect.arrayContaining(['dynamodb:CreateTable', 'dynamodb:UpdateTable']));
  expect(document.Statement[0].Resource.slice(-1)).toEqual(['arn:aws:dynamodb:eu-central-1:<account-id>:table/ping']);
});

test('tells when index names of Connect2id are assumed', async () => {
  const { err, code } = await policy('runtime --server connect2id --version 18.0 --region eu-central-1');
  expect(code).toBe(0);
  expect(err).toContain('use names that Connect2id server does not publish');
});

test('deploy, verify and guardrail', async () => {
  const key = 'arn:aws:kms:eu-central-1:123456789012:key/1';
  const deploy = await printed(`deploy ${EXPRESS} --creates-keys`);
  const verify = await printed(`verify ${EXPRESS}`);
  const guardrail = await printed(`guardrail ${EXPRESS} --exempt-roles ${ROLE} --key-arn ${key}`);
  const boundary = await printed(`guardrail ${EXPRESS} --exempt-roles ${ROLE} --boundary`);
  const actions = ({ policies }: Printed) => policies[0].document.Statement.flatMap(({ Action }) => Action);
  expect(actions(deploy)).toEqual(expect.arrayContaining(['dynamodb:CreateTableReplica', 'kms:CreateKey']));
  expect(actions(verify)).toContain('dynamodb:ListTables');
  expect(actions(verify)).not.toContain('dynamodb:GetItem');
  expect(guardrail.policies[0]).toMatchObject({
    limit: 5120,
    document: {
      Statement: [
        { Effect: 'Deny', Condition: { ArnNotLike: { 'aws:PrincipalArn': [ROLE] } } },
        { Effect: 'Deny', Resource: [key] },
      ],
    },
  });
  expect(boundary.policies[0]).toMatchObject({ limit: 6144, document: { Statement: [{ Effect: 'Allow' }, { Effect: 'Deny' }] } });
});

describe('fails', () => {
  const REGION = '--region eu-central-1';
  test.each([
    ['', '--server curity --version 11.0 --region eu-central-1', ['the kind of policy is missing', "'runtime', 'deploy'"]],
    ['a misspelt kind', `runtim ${EXPRESS}`, ["did you mean 'runtime'?"]],
    ['no region', 'verify --server connect-dynamodb', ['no region is given']],
    ['not a region', 'verify --server connect-dynamodb --region Frankfurt', ["'Frankfurt'"]],
    ['not an account', `verify --server connect-dynamodb ${REGION} --account 12`, ["'12' is not an account"]],
    ['not a prefix', `verify --server connect-dynamodb ${REGION} --prefix *`, ['[IDT0101]']],
    ['a guardrail for all', `guardrail ${EXPRESS}`, ['would keep out the deployment too']],
    ['an option of another kind', `verify ${EXPRESS} --may-create`, ["'--may-create' does not go with the verify policy"]],
    [
      'a key of another region',
      `runtime ${EXPRESS} --key-arn arn:aws:kms:us-east-1:123456789012:key/1`,
      ['[IDT0903]', 'is not a key in a region of the policy'],
    ],
    ['an alias', `runtime ${EXPRESS} --key-arn arn:aws:kms:eu-central-1:123456789012:alias/tables`, ['an alias will not do']],
    [
      'all at once',
      'guardrail --server connect-dynamodb --region x --account 1 --prefix /',
      ['a guardrail without exempt roles', 'is not a region', "'1' is not an account", '[IDT0101]'],
    ],
  ])('%s', async (_, args, texts) => {
    const { code, out, err } = await policy(args);
    expect(code).toBe(2);
    expect(out).toBe('');
    for (const text of texts) {
      expect(err).toContain(text);
    }
  });
});
