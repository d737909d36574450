import {
  deployStatements,
  guardrailStatements,
  IAM_LIMITS,
  locationOf,
  packStatements,
  policyDocument,
  policySize,
  runtimeStatements,
  StartUp,
  verifyStatements,
  type PolicyDocument,
  type RegionalAccess,
  type Statement,
} from '../access';
import { NAME_CHARACTERS, Problems, quoted } from '../errors';
import type { IdentityServer } from '../servers';
import type { Command, Context, ExitCode, Report, Values } from './command';
import { SERVER_OPTIONS, serverOf } from './server-options';

/** What is printed for an account that is not given: IAM refuses it, and it is as long as an account. */
const NO_ACCOUNT = '<account-id>';
const REGION = /^[a-z]{2,}(-[a-z]+)+-\d+$/;
const KEY_ARN = /^arn:[^:]+:kms:([^:]+):\d{12}:key\/[^:*]+$/;

/** A policy that the command prints, and the options that only it has. */
interface Kind {
  readonly options: readonly string[];
  readonly limit: (values: Values) => number;
  readonly statements: (access: RegionalAccess, values: Values) => Statement[];
}

const KINDS: { readonly [kind: string]: Kind } = {
  runtime: {
    options: ['may-create', 'manages-protection', 'discovery-table'],
    limit: () => IAM_LIMITS.managedPolicy,
    statements: (access, values) =>
      runtimeStatements(access, {
        startUp: values.isOn('may-create') ? StartUp.MAY_CREATE : StartUp.TABLES_EXIST,
        managesProtection: values.isOn('manages-protection'),
        discoveryTableName: values.text('discovery-table'),
      }),
  },
  deploy: {
    options: ['creates-keys'],
    limit: () => IAM_LIMITS.managedPolicy,
    statements: (access, values) => deployStatements(access, { createsKeys: values.isOn('creates-keys') }),
  },
  verify: { options: [], limit: () => IAM_LIMITS.managedPolicy, statements: verifyStatements },
  guardrail: {
    options: ['exempt-roles', 'boundary'],
    limit: (values) => (values.isOn('boundary') ? IAM_LIMITS.managedPolicy : IAM_LIMITS.serviceControlPolicy),
    statements: (access, values) =>
      guardrailStatements(access, {
        kind: values.isOn('boundary') ? 'boundary' : 'scp',
        exemptRoles: list(values, 'exempt-roles'),
      }),
  },
};
const KIND_NAMES = Object.keys(KINDS);

export const policy: Command = {
  name: 'policy',
  summary: 'print the IAM policies of the server, of deployment and of verification',
  description:
    'Prints one policy document per region, with its size: what the server does at run time, what the CDK execution role\n' +
    'needs, what verify and pull call, or a guardrail that keeps the tables from everybody but the exempt roles.',
  argument: { value: 'KIND', summary: KIND_NAMES.join(', '), allowed: KIND_NAMES },
  options: {
    server: { value: 'SERVER', summary: 'connect2id, curity, connect-dynamodb, or a schema directory' },
    ...SERVER_OPTIONS,
    prefix: { value: 'PREFIX', summary: 'the prefix of the table names (default: none)' },
    region: { value: 'REGIONS', summary: 'the regions, separated by commas (default: AWS_REGION)' },
    account: { value: 'ACCOUNT', summary: `the account, 12 digits (default: ${NO_ACCOUNT}, to be replaced)` },
    'key-arn': { value: 'ARNS', summary: 'customer-managed keys, one per region, separated by commas' },
    'may-create': { summary: 'runtime: the server may make its tables' },
    'manages-protection': { summary: 'runtime: and switch recovery and deletion protection' },
    'discovery-table': { value: 'NAME', summary: 'runtime: the JGroups table of Connect2id in replication mode' },
    'creates-keys': { summary: 'deploy: the deployment makes the customer-managed keys' },
    'exempt-roles': { value: 'ARNS', summary: 'guardrail: roles that deploy or repair, separated by commas' },
    boundary: { summary: 'guardrail: as permissions boundary (default: as service control policy)' },
  },
  example:
    'npx identity-tables policy runtime --server curity --version 11.0 --prefix prod- --region eu-central-1 --account 123456789012',
  run: (context) => Promise.resolve(run(context)),
};

interface PrintedPolicy {
  readonly region: string;
  readonly size: number;
  readonly limit: number;
  readonly document: PolicyDocument;
}

function run(context: Context): ExitCode {
  const { values, warn, report } = context;
  const problems = new Problems();
  const kind = readKind(values, problems);
  const regions = readRegions(context, problems);
  const account = readAccount(values, problems);
  const keys = readKeys(values, regions, problems);
  const prefix = readPrefix(values, problems);
  problems.throwIfAny();
  const server = serverOf(values);
  for (const { warning, message } of server._definition.notices) {
    if (warning === 'assumed-schema' || warning === 'newer-server-version') {
      warn(message);
    }
  }
  const limit = KINDS[kind].limit(values);
  const policies = regions.flatMap((region) => {
    const access = regionalAccess(server, { region, account, prefix, keyArn: keys.get(region) });
    return packStatements(KINDS[kind].statements(access, values), limit).map((statements) => ({
      region,
      size: policySize(statements),
      limit,
      document: policyDocument(statements),
    }));
  });
  report(policyReport(kind, policies));
  return 0;
}

function regionalAccess(
  server: IdentityServer,
  { region, account, prefix, keyArn }: { region: string; account: string; prefix: string; keyArn?: string },
): RegionalAccess {
  const definition = server._definition;
  const tables = definition.tables.map((table) => ({ tableName: prefix + table.schema.tableName, table }));
  return { server: definition, tables, location: locationOf(region, account), keyArn };
}

function policyReport(kind: string, policies: readonly PrintedPolicy[]): Report {
  const text = policies
    .map(({ region, size, limit, document }) =>
      [`${kind} policy of ${region}: ${size} of ${limit} characters`, JSON.stringify(document, undefined, 2)].join('\n'),
    )
    .join('\n\n');
  return { text, json: { kind, policies } };
}

function readKind(values: Values, problems: Problems): string {
  const kind = values.argument;
  if (kind === undefined) {
    problems.add('IDT0703', {
      what: 'the kind of policy is missing',
      given: 'nothing',
      allowed: quoted(KIND_NAMES),
      fix: 'write identity-tables policy with one of the allowed words',
    });
    return '';
  }
  for (const [other, { options }] of Object.entries(KINDS)) {
    for (const option of other === kind ? [] : options) {
      if (values.isOn(option) || values.text(option) !== undefined) {
        problems.add('IDT0703', {
          what: `option '--${option}' does not go with the ${kind} policy`,
          given: `--${option} with ${kind}`,
          allowed: `--${option} with ${other}`,
          fix: `remove --${option}`,
        });
      }
    }
  }
  if (kind === 'guardrail' && list(values, 'exempt-roles').length === 0) {
    problems.add('IDT0703', {
      what: 'a guardrail without exempt roles would keep out the deployment too',
      given: 'no --exempt-roles',
      allowed: '--exempt-roles with the ARNs of the CDK execution role of each region and of a role for emergencies',
      fix: 'add --exempt-roles',
    });
  }
  return kind;
}

function readRegions({ values, env }: Context, problems: Problems): string[] {
  const given = values.text('region') ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? '';
  const regions = [...new Set(split(given))];
  const wrong = regions.filter((region) => !REGION.test(region));
  if (wrong.length > 0 || regions.length === 0) {
    problems.add('IDT0703', {
      what: regions.length === 0 ? 'no region is given' : "option '--region' has what is not a region",
      given: quoted(wrong),
      allowed: 'codes of regions, such as eu-central-1,us-east-1',
    });
  }
  return regions;
}

function readAccount(values: Values, problems: Problems): string {
  const account = values.text('account') ?? NO_ACCOUNT;
  if (account !== NO_ACCOUNT && !/^\d{12}$/.test(account)) {
    problems.add('IDT0703', { what: `'${account}' is not an account`, given: `--account ${account}`, allowed: '12 digits' });
  }
  return account;
}

function readPrefix(values: Values, problems: Problems): string {
  const prefix = values.text('prefix') ?? '';
  if (!NAME_CHARACTERS.test(prefix)) {
    problems.add('IDT0101', { what: `table prefix '${prefix}' cannot be used in a table name`, given: `'${prefix}'` });
  }
  return prefix;
}

function readKeys(values: Values, regions: readonly string[], problems: Problems): Map<string, string> {
  const keys = new Map<string, string>();
  for (const arn of list(values, 'key-arn')) {
    const region = KEY_ARN.exec(arn)?.[1];
    if (region === undefined || !regions.includes(region)) {
      problems.add('IDT0903', {
        what: `'${arn}' is not a key in a region of the policy`,
        given: `--key-arn ${arn}`,
        allowed: `arn:<partition>:kms:<region>:<account>:key/<id> in ${quoted(regions)}; an alias will not do`,
      });
    } else {
      keys.set(region, arn);
    }
  }
  return keys;
}

function list(values: Values, option: string): string[] {
  return split(values.text(option) ?? '');
}

function split(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
