import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { main } from '../../lib/cli';

interface Ending {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function settings(args: string, env: NodeJS.ProcessEnv = {}): Promise<Ending> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(['settings', ...args.split(' ')], {
    env,
    print: (text) => out.push(text),
    warn: (text) => err.push(text),
    progress: () => undefined,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

const CONNECT2ID = '--server connect2id --version 18.0 --region eu-central-1';
const CURITY = '--server curity --version 11.0 --region eu-west-1';

test('connect2id with every option', async () => {
  const args = `${CONNECT2ID} --prefix prod- --apply-range-key --range-key-value op-1 --indexed-attributes sub,cid --web-identity
    --hmac-key-reference prod-keys:hmac --encryption-key-reference prod-keys:enc --purge-max-read-capacity 50
    --http-proxy-host proxy --http-proxy-port 3128`;
  expect(await settings(args.replace(/\s+/g, ' '))).toEqual({
    code: 0,
    err: '',
    out: [
      '-Dinfinispan.configurationFile=/WEB-INF/infinispan-stateless-dynamodb.xml',
      '-Ddynamodb.httpProxyHost=proxy',
      '-Ddynamodb.httpProxyPort=3128',
      '-Ddynamodb.tablePrefix=prod-',
      '-Ddynamodb.applyRangeKey=tid',
      '-Ddynamodb.rangeKeyValue=op-1',
      '-Ddynamodb.hmacSHA256Key=${CONNECT2ID_HMAC_KEY}',
      '-DdynamoDB.hmacSHA256Key=${CONNECT2ID_HMAC_KEY}',
      '-DkeyStore.encJWK=${CONNECT2ID_ENC_JWK}',
      '-Ddynamodb.authzStore.longLivedAuthzMap.indexedAttributes=sub,cid',
      '-Ddynamodb.enableTTL.sessionStore.sessionMap=false',
      '-Ddynamodb.purgeMaxReadCapacity=50',
      '-DdynamoDB.purgeMaxReadCapacity=50',
      '-Ddynamodb.encryptionAtRest=false',
      '-Ddynamodb.enableStream=false',
      '-Ddynamodb.enableDeletionProtection=false',
      '-Ddynamodb.enableContBackups=false',
    ].join('\n'),
  });
});

test.each([
  [`${CONNECT2ID} --mode replication`, 'jgroups.tcp.address=${JGROUPS_TCP_ADDRESS}'],
  [`${CONNECT2ID} --session-ttl`, 'sessionStore.sessionMap.expirationInterval=0'],
  [`${CONNECT2ID} --local`, 'dynamodb.endpoint=http://127.0.0.1:8000'],
  [`${CONNECT2ID} --local --endpoint http://127.0.0.1:4566`, 'dynamodb.endpoint=http://127.0.0.1:4566'],
  [`${CONNECT2ID} --format environment`, 'CATALINA_OPTS=-D'],
  [`${CURITY} --allow-table-scans`, '<allow-table-scans>true</allow-table-scans>'],
  [`${CURITY} --data-source-id dynamo`, '<id>dynamo</id>'],
  [`${CURITY} --retain curity-tokens=60,curity-nonces=0`, '<tokens-ttl-retain-duration>60</tokens-ttl-retain-duration>'],
  [`${CURITY} --retain curity-tokens=60,curity-nonces=0`, '<nonces-ttl-retain-duration>0</nonces-ttl-retain-duration>'],
  [`${CURITY} --call-timeout 9 --attempt-timeout 3`, '<api-call-timeout>9</api-call-timeout>'],
  [`${CURITY} --call-timeout 9 --attempt-timeout 3`, '<api-call-attempt-timeout>3</api-call-attempt-timeout>'],
  ['--server connect-dynamodb --region eu-west-1 --table web --hash-key sid', "hashKey: 'sid'"],
  ['--server connect-dynamodb --region eu-west-1 --describe-table', 'initialized: false'],
  ['--server connect-dynamodb --region eu-west-1 --reap', 'this app may scan'],
])('%s says %s', async (args, text) => {
  const ending = await settings(args);
  expect(ending.code).toBe(0);
  expect(ending.out).toContain(text);
});

test('the region comes from AWS_REGION when none is given', async () => {
  const { out } = await settings('--server connect-dynamodb', { AWS_REGION: 'us-west-2' });
  expect(out).toContain("region: 'us-west-2'");
});

test('a directory of create-table files: its tables', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'idt-settings-'));
  const table = {
    TableName: 'tokens',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  };
  writeFileSync(path.join(directory, 'create-table-tokens.json'), JSON.stringify(table));
  const { code, out } = await settings(`--server ${directory} --region eu-west-1 --prefix a- --json`);
  rmSync(directory, { recursive: true });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    region: 'eu-west-1',
    tablePrefix: 'a-',
    settings: [
      { name: 'region', place: 'fact', value: 'eu-west-1' },
      { name: 'tokens', place: 'fact', value: 'a-tokens' },
    ],
  });
});

test.each([
  ['no server', '--region eu-west-1', 'IDT0703', "option '--server' is missing"],
  ['an unknown server', '--server curty --region eu-west-1', 'IDT0703', "did you mean 'curity'?"],
  ['no version', '--server curity --region eu-west-1', 'IDT0703', "option '--version' is missing"],
  ['no region', '--server connect-dynamodb', 'IDT0703', "option '--region' is missing"],
  ['a wrong region', '--server connect-dynamodb --region here', 'IDT0703', "'here'"],
  ['a region that Curity cannot select', '--server curity --version 11.0 --region eu-south-2', 'IDT0302', "'eu-south-2'"],
  ['an option of another server', `${CURITY} --mode stateless`, 'IDT0703', "option '--mode' does not go with curity"],
  ['an option of another server for a directory', '--server ./x --reap --region eu-west-1', 'IDT0703', 'a schema directory'],
  ['settings of another server', `${CURITY} --range-key-value x`, 'IDT1005', 'drop rangeKeyValue'],
  ['a word for a number', `${CURITY} --call-timeout soon`, 'IDT0703', "'soon'"],
  ['a retained table without time', `${CURITY} --retain curity-tokens`, 'IDT0703', "'curity-tokens'"],
  ['an endpoint that is not local', `${CURITY} --endpoint http://127.0.0.1:1`, 'IDT0703', 'add --local'],
  ['an unknown form', `${CURITY} --format yaml`, 'IDT1004', "'xml', 'cli', 'json'"],
])('fails with %s', async (_, args, code, text) => {
  const ending = await settings(args);
  expect(ending).toMatchObject({ code: 2, out: '' });
  expect(ending.err).toContain(`[${code}]`);
  expect(ending.err).toContain(text);
});

test('fails with a key as reference, and does not repeat it', async () => {
  const key = Buffer.alloc(32, 'k').toString('base64');
  for (const json of ['', ' --json']) {
    const { code, out, err } = await settings(`${CONNECT2ID} --hmac-key-reference ${key}${json}`);
    expect(code).toBe(2);
    expect(out + err).toContain('IDT1006');
    expect(out + err).not.toContain(key);
  }
});
