import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App } from 'aws-cdk-lib/core';
import { readContext } from '../../bin/context';
import { IdentityTablesStacks } from '../../lib';

const ROOT = path.join(__dirname, '..', '..');

/** What the app of cdk.json would make: server, version, regions, replicated tables. */
function made(context: Record<string, unknown>) {
  const { id, ...props } = readContext(context);
  const set = new IdentityTablesStacks(new App(), id, props);
  const first = set.primary.tableNames[0];
  return {
    id,
    server: props.server.serverName,
    version: props.server.version,
    tables: set.primary.tableNames.length,
    stacks: set.stacks.map((stack) => stack.stackName),
    name: set.primary.tableName(first),
    protection: props.protection?.level,
  };
}

function codes(context: Record<string, unknown>): string[] {
  try {
    readContext(context);
  } catch (error) {
    return [...String(error).matchAll(/\[(IDT\d{4})\]/g)].map((match) => match[1]);
  }
  return [];
}

function message(context: Record<string, unknown>): string {
  try {
    readContext(context);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('context', () => {
  test('without any key: Connect2id 18.0 in one region, protected', () => {
    expect(made({})).toEqual({
      id: 'Identity',
      server: 'connect2id',
      version: '18.0',
      tables: 16,
      stacks: ['Identity-eu-central-1'],
      name: 'auth_sessions',
      protection: 'production',
    });
  });

  test('every key', () => {
    expect(
      made({
        id: 'Login',
        server: 'connect2id',
        version: 17,
        edition: 'multi-tenant',
        mode: 'stateless',
        preset: 'full',
        primaryRegion: 'us-east-1',
        replicaRegions: 'eu-west-1, eu-west-2',
        prefix: 'dev-',
        protection: 'development',
        acceptAssumedSchema: 'true',
        account: '111111111111',
      }),
    ).toEqual({
      id: 'Login',
      server: 'connect2id',
      version: '17',
      tables: 16,
      stacks: ['Login-us-east-1', 'Login-eu-west-1', 'Login-eu-west-2'],
      name: 'dev-auth_sessions',
      protection: 'development',
    });
  });

  test('the other servers, and regions as a list', () => {
    expect(made({ server: 'curity', replicaRegions: ['us-east-1'] })).toMatchObject({ version: '11.0', tables: 11 });
    expect(made({ server: 'curity', version: '7.4' })).toMatchObject({ tables: 9 });
    expect(made({ server: 'connect-dynamodb' })).toMatchObject({ tables: 1, name: 'sessions' });
  });

  test('a schema directory', () => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'schemas-'));
    fs.copyFileSync(
      path.join(ROOT, 'schemas', 'connect-dynamodb', 'create-table-sessions.json'),
      path.join(directory, 'create-table-sessions.json'),
    );
    expect(made({ server: directory })).toMatchObject({ server: path.basename(directory), tables: 1 });
    fs.rmSync(directory, { recursive: true });
  });

  test('keys of CDK are left alone', () => {
    expect(codes({ '@aws-cdk/core:flag': true, 'availability-zones:account=1': [] })).toEqual([]);
  });

  test.each([
    [{ sever: 'curity' }, 'IDT0601', "did you mean 'server'?"],
    [{ server: 'curty' }, 'IDT0602', "did you mean 'curity'?"],
    [{ server: 'keycloak' }, 'IDT0602', 'write the directory as ./name'],
    [{ preset: 'minmal' }, 'IDT0602', "did you mean 'minimal'?"],
    [{ mode: 'redis' }, 'IDT0602', "'stateless', 'stateless-redis', 'replication'"],
    [{ protection: 'on' }, 'IDT0602', "'production', 'development'"],
    [{ acceptAssumedSchema: 'yes' }, 'IDT0602', "'true', 'false'"],
    [{ server: 'curity', mode: 'stateless' }, 'IDT0603', "'mode' does not go with server 'curity'"],
    [{ server: 'connect-dynamodb', version: '3.0' }, 'IDT0603', "'version' does not go with server 'connect-dynamodb'"],
    [{ prefix: { a: 1 } }, 'IDT0602', "context key 'prefix' is not a text"],
    [{ version: '12.0' }, 'IDT0201', 'older than the oldest bundled one'],
    [{ server: './nowhere' }, 'IDT0401', 'nowhere'],
  ])('fails for %j with %s', (context, code, text) => {
    expect(codes(context)).toEqual([code]);
    expect(message(context)).toContain(text);
  });

  test('fails with several problems together', () => {
    expect(codes({ sever: 'x', preset: 'most', protection: 'off' })).toEqual(['IDT0601', 'IDT0602', 'IDT0602']);
  });
});

describe('the app as a process', () => {
  const run = (context: Record<string, string>) =>
    spawnSync(process.execPath, [path.join(ROOT, 'bin', 'app.js')], {
      encoding: 'utf8',
      env: {
        ...process.env,
        CDK_CONTEXT_JSON: JSON.stringify(context),
        CDK_OUTDIR: fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-out-')),
      },
    });

  test('fails with a code and exit 1, without a stack trace', () => {
    const { status, stderr } = run({ server: 'curity', primaryRegion: 'eu-westt-1', prefix: 'a b' });
    expect(status).toBe(1);
    expect(stderr).toContain('[IDT0301]');
    expect(stderr).toContain('[IDT0101]');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('ends well with the default context', () => {
    expect(run({}).status).toBe(0);
  });
});
