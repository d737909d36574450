import { IdentityServer } from '../../lib';
import {
  deployStatements,
  guardrailStatements,
  policySize,
  runtimeStatements,
  StartUp,
  verifyStatements,
  administerStatements,
  type Statement,
} from '../../lib/access';
import { regionalAccess } from './regional-access';

const CONNECT2ID = IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true });
const CURITY = IdentityServer.curity({ version: '11.0' });
const EXPRESS = IdentityServer.connectDynamoDb();
const SERVERS = [CONNECT2ID, CURITY, EXPRESS];
const REGIONS = ['eu-central-1', 'us-east-1', 'ap-southeast-2'];

const title = (server: IdentityServer) => [server._definition.title, server.version].filter(Boolean).join(' ');
const code = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(', ');
const bare = (actions: readonly string[]) => code(actions.map((action) => action.replace('dynamodb:', '')));

/** What a resource is, in words. */
function resourceKind(arn: string): string {
  const kinds: [RegExp, string][] = [
    [/:table\/[^/]+$/, 'tables'],
    [/\/index\//, 'their indexes'],
    [/\/backup\//, 'their backups'],
    [/:kms:/, 'keys of the region'],
    [/:cloudformation:/, 'stacks of the region'],
    [/:iam:/, 'the two service-linked roles'],
  ];
  return kinds.find(([pattern]) => pattern.test(arn))?.[1] ?? '`*` in the region';
}

function listed(statements: readonly Statement[]): string {
  return statements
    .map(({ Action, Resource }) => `- On ${[...new Set(Resource.map(resourceKind))].join(' and ')}: ${code(Action)}.`)
    .join('\n');
}

function runtime(): string {
  return SERVERS.map((server) => {
    const rows = runtimeStatements(regionalAccess(server)).map(({ Action, Resource }) => {
      const names = Resource.map((arn) => arn.replace(/.*:table\/prod-/, ''));
      const onIndexes = names.every((name) => name.includes('/index/'));
      const where = onIndexes ? `${names.length} indexes` : code(names);
      return `  - ${where}: ${bare(Action)}`;
    });
    return [`- ${title(server)}`, ...rows].join('\n');
  }).join('\n');
}

function mayCreate(): string {
  return SERVERS.map((server) => {
    const access = regionalAccess(server);
    const actions = (startUp: StartUp) => runtimeStatements(access, { startUp }).flatMap(({ Action }) => Action);
    const before = actions(StartUp.TABLES_EXIST);
    const added = [...new Set(actions(StartUp.MAY_CREATE))].filter((action) => !before.includes(action));
    return `- ${title(server)}: ${added.length === 0 ? 'nothing, it never makes tables' : bare(added)}`;
  }).join('\n');
}

function sizes(): string {
  return SERVERS.map((server) => {
    const statements = REGIONS.map((region) => runtimeStatements(regionalAccess(server, { region })));
    const [one, three] = [policySize(statements[0]), policySize(statements.flat())].map((size) => size.toLocaleString('en'));
    return `- ${title(server)}: ${one} characters in one region, ${three} in three`;
  }).join('\n');
}

function administer(): string {
  const access = regionalAccess(EXPRESS);
  return listed(administerStatements(access).slice(verifyStatements(access).length));
}

function bearerSecrets(): string {
  return SERVERS.map((server) => {
    const rows = server._definition.tables
      .filter(({ profile }) => profile.bearerSecrets)
      .map(({ baseName, profile }) => `  - \`${baseName}\`: ${profile.purpose}`);
    return [`- ${title(server)}`, ...rows].join('\n');
  }).join('\n');
}

/** The generated blocks of docs/security.md, by name. */
export const SECURITY_BLOCKS: { readonly [name: string]: () => string } = {
  runtime,
  'may-create': mayCreate,
  sizes,
  verify: () => listed(verifyStatements(regionalAccess(EXPRESS))),
  administer,
  deploy: () => listed(deployStatements(regionalAccess(CURITY), { createsKeys: true })),
  guardrail: () => listed(guardrailStatements(regionalAccess(EXPRESS), { kind: 'scp', exemptRoles: ['role'] })),
  'bearer-secrets': bearerSecrets,
};

const BLOCK = /<!-- begin: ([a-z-]+) -->[^]*?<!-- end: \1 -->/g;

/** The names of the blocks in a text, in their order. */
export function blockNames(text: string): string[] {
  return [...text.matchAll(BLOCK)].map((match) => match[1]);
}

/** The text with every block written anew. */
export function withBlocks(text: string): string {
  return text.replace(BLOCK, (_, name: string) =>
    [`<!-- begin: ${name} -->`, '', SECURITY_BLOCKS[name](), '', `<!-- end: ${name} -->`].join('\n'),
  );
}
