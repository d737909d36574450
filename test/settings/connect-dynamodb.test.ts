import { compileFunction } from 'node:vm';
import * as swc from '@swc/core';
import { IdentityServer, type ConnectDynamoDbProps } from '../../lib/servers';
import { serverSettings, type ServerSettingsOptions } from '../../lib/settings';

function moduleText(props: ConnectDynamoDbProps = {}, options: ServerSettingsOptions = {}, tablePrefix = 'prod-'): string {
  const server = IdentityServer.connectDynamoDb(props)._definition;
  return serverSettings({ server, tablePrefix, region: 'ap-southeast-2', options }).render('typescript');
}

interface Store {
  readonly table: string;
  readonly hashKey: string;
  readonly prefix: string;
  readonly initialized: boolean;
  readonly reapInterval: number;
  readonly client: { readonly config: { region(): Promise<string>; endpoint?(): Promise<{ port?: number }> } };
}

/** The store that the real library makes of the text. */
function storeOf(text: string): Store {
  const { code } = swc.transformSync(text, { jsc: { parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } });
  const made = {} as { store: Store };
  Reflect.apply(compileFunction(code, ['exports', 'require']), undefined, [made, require]);
  return made.store;
}

test('typescript: a module with the store', () => {
  expect(moduleText()).toBe(
    [
      "// connect-dynamodb: 1 table with prefix 'prod-' in ap-southeast-2",
      "import { DynamoDBClient } from '@aws-sdk/client-dynamodb';",
      "import connect from 'connect-dynamodb';",
      "import session from 'express-session';",
      '',
      'const DynamoDBStore = connect(session);',
      '',
      'export const store = new DynamoDBStore({',
      '  client: new DynamoDBClient({',
      '    // the tables of this region; 2.x has AWSRegion instead, and takes us-east-1 without it',
      "    region: 'ap-southeast-2',",
      '  }),',
      '  // the whole name, prefix included',
      "  table: 'prod-sessions',",
      '  // the partition key of the table',
      "  hashKey: 'id',",
      '  // the table exists, so no DescribeTable at start; since 3.0.3',
      '  initialized: true,',
      "  // left out: prefix: prefix of the session ids, not of the table; its default is 'sess:'",
      '  // left out: reapInterval: time to live removes expired sessions; the role of this app may not scan',
      '  // left out: readCapacityUnits: used only when the store makes the table, as is writeCapacityUnits',
      '  // left out: AWSConfigPath: 2.x only, as are AWSConfigJSON and AWSRegion; 3.x ignores them without an error',
      '});',
      '',
    ].join('\n'),
  );
});

test('the real store takes the options', async () => {
  const store = storeOf(moduleText({ tableName: 'web-sessions', hashKey: "it's" }));
  expect(store).toMatchObject({
    table: 'prod-web-sessions',
    hashKey: "it's",
    initialized: true,
    prefix: 'sess:',
    reapInterval: 0,
  });
  expect(await store.client.config.region()).toBe('ap-southeast-2');
});

test('a store that looks for its table and reaps', () => {
  const text = moduleText({ initialized: false, reap: true });
  expect(storeOf(text).initialized).toBe(false);
  expect(text).toContain('the process ends when that is denied');
  expect(text).toContain('left out: reapInterval: the role of this app may scan');
});

test('a laptop: endpoint and made-up credentials', async () => {
  const text = moduleText({}, { localEndpoint: 'http://127.0.0.1:8123' });
  expect(text).toContain('// in the environment of the process: AWS_ACCESS_KEY_ID=local: ');
  const store = storeOf(text);
  expect((await store.client.config.endpoint?.())?.port).toBe(8123);
});
