import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

// Packs what `npm run build` made and uses it as a stranger would: an empty folder, the newest CDK of the registry.

const PROJECT = path.join(__dirname, '..', '..');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'package-'));

function run(command: string, ...args: string[]): string {
  // Neither the settings of this npm run nor those of jest may reach a stranger's folder.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_(config|package)_|NODE_OPTIONS$)/i.test(name)),
  );
  return execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env });
}

function write(file: string, content: string): void {
  fs.writeFileSync(path.join(folder, file), content);
}

/** Files below a directory of the project, relative to the project. */
function filesOf(directory: string): string[] {
  return fs
    .readdirSync(path.join(PROJECT, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(PROJECT, path.join(entry.parentPath, entry.name)))
    .sort();
}

interface Packed {
  readonly filename: string;
  readonly files: { readonly path: string; readonly mode: number }[];
}

let packed: Packed;
const paths = () => packed.files.map((file) => file.path).sort();

beforeAll(() => {
  [packed] = JSON.parse(run('npm', 'pack', '--json', '--ignore-scripts', PROJECT)) as Packed[];
  write('package.json', '{ "private": true }');
  run('npm', 'install', '--no-audit', '--no-fund', `./${packed.filename}`, 'aws-cdk-lib@2', 'constructs@10');
}, 300_000);

afterAll(() => fs.rmSync(folder, { recursive: true }));

describe('the tarball', () => {
  test('holds every file of schemas/, and the compiled form of every file of lib/', () => {
    expect(paths().filter((file) => file.startsWith('schemas/'))).toEqual(filesOf('schemas'));
    const sources = filesOf('lib').filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
    const compiled = sources.flatMap((file) => [file.replace(/\.ts$/, '.d.ts'), file.replace(/\.ts$/, '.js')]);
    expect(paths().filter((file) => file.startsWith('lib/'))).toEqual(compiled.sort());
  });

  test('holds no source, no test and nothing else that is not for users', () => {
    const rest = paths().filter((file) => !/^(lib|schemas|docs)\//.test(file));
    expect(rest).toEqual(['.jsii', 'LICENSE', 'README.md', 'bin/identity-tables.js', 'package.json']);
    expect(paths().filter((file) => /(?<!\.d)\.ts$|\.map$|tsbuildinfo|\.test\./.test(file))).toEqual([]);
  });
});

describe('installed in an empty folder', () => {
  const SYNTH = `
const app = new App({ builtinCloudFormationValidation: false });
const stack = new Stack(app, 'Identity', { env: { region: 'eu-central-1' } });
const tables = new IdentityTables(stack, 'IdentityTables', {
  server: IdentityServer.curity({ version: '11.0' }),
  replicaRegions: ['us-east-1'],
  replication: Replication.full(),
  tablePrefix: 'prod-',
});
const { Resources } = app.synth().getStackByName('Identity').template;
console.log(Object.values(Resources).map((table) => table.Properties.TableName).sort().join(' '), tables.tableName('curity-links'));
`;
  const PRINTED =
    'prod-curity-accounts prod-curity-bucket prod-curity-database-clients prod-curity-database-service-providers ' +
    'prod-curity-delegations prod-curity-devices prod-curity-dynamic-clients prod-curity-links prod-curity-nonces ' +
    'prod-curity-sessions prod-curity-tokens prod-curity-links\n';

  test('the peers are the newest CDK', () => {
    const { version } = JSON.parse(fs.readFileSync(path.join(folder, 'node_modules/aws-cdk-lib/package.json'), 'utf8')) as {
      version: string;
    };
    expect(version).toBe(run('npm', 'view', 'aws-cdk-lib@latest', 'version').trim());
    expect(fs.existsSync(path.join(folder, 'node_modules/cdk-identity-tables/node_modules'))).toBe(false);
  }, 60_000);

  test('a CommonJS program synthesizes every table', () => {
    write(
      'app.cjs',
      `const { App, Stack } = require('aws-cdk-lib');
const { IdentityServer, IdentityTables, Replication } = require('cdk-identity-tables');
${SYNTH}`,
    );
    expect(run('node', 'app.cjs')).toBe(PRINTED);
  }, 60_000);

  test('an ES module imports the classes by name and synthesizes every table', () => {
    write(
      'app.mjs',
      `import { App, Stack } from 'aws-cdk-lib';
import { IdentityServer, IdentityTables, Replication } from 'cdk-identity-tables';
${SYNTH}`,
    );
    expect(run('node', 'app.mjs')).toBe(PRINTED);
  }, 60_000);

  test('every export of the CommonJS form can be imported by name', () => {
    write(
      'names.mjs',
      `import { createRequire } from 'node:module';
import * as all from 'cdk-identity-tables';
const names = Object.keys(createRequire(import.meta.url)('cdk-identity-tables'));
console.log(names.length > 0, names.filter((name) => !(name in all)).join());`,
    );
    expect(run('node', 'names.mjs')).toBe('true \n');
  });

  test('the declarations compile for a strict TypeScript program', () => {
    write(
      'app.ts',
      `import { App, Stack } from 'aws-cdk-lib/core';
import { IdentityServer, IdentityTables, type IIdentityTables, RegionalIdentityTables, Replication } from 'cdk-identity-tables';

const app = new App();
const stack = (region: string) => new Stack(app, region, { env: { region } });
const primary: IIdentityTables = new IdentityTables(stack('eu-central-1'), 'IdentityTables', {
  server: IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true }),
  replicaRegions: ['us-east-1'],
  replication: Replication.minimal({ excludeTables: ['id_access_tokens'] }),
});
export const names: string[] = new RegionalIdentityTables(stack('us-east-1'), 'IdentityTables', { primary }).tableNames;
// @ts-expect-error the version is required
IdentityServer.curity({});
`,
    );
    const options = ['--strict', '--module', 'node16', '--target', 'es2022', '--noEmit', '--types', 'node'];
    const typeRoots = path.join(PROJECT, 'node_modules', '@types');
    expect(
      run('node', path.join(PROJECT, 'node_modules/typescript/bin/tsc'), ...options, '--typeRoots', typeRoots, 'app.ts'),
    ).toBe('');
  }, 120_000);

  test('npx finds the command', () => {
    expect(run('npx', '--no', '--', 'identity-tables', '--help')).toContain('usage: identity-tables <command> [options]\n');
  }, 60_000);
});
