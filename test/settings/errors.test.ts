import { CfnDynamicReference, CfnDynamicReferenceService, Duration, Lazy, SecretValue, Token } from 'aws-cdk-lib/core';
import { IdentityTablesError } from '../../lib/errors';
import { Connect2idEdition, Connect2idMode, IdentityServer, type Connect2idProps } from '../../lib/servers';
import { serverSettings, type ServerSettingsOptions, type SettingsInput } from '../../lib/settings';

const CURITY = IdentityServer.curity({ version: '11.0' });
const CONNECT_DYNAMODB = IdentityServer.connectDynamoDb();

function connect2id(props: Partial<Connect2idProps> = {}): IdentityServer {
  return IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true, ...props });
}

function settings(server: IdentityServer, options: ServerSettingsOptions = {}, input: Partial<SettingsInput> = {}) {
  return serverSettings({ server: server._definition, tablePrefix: 'prod-', region: 'eu-central-1', options, ...input });
}

function thrown(action: () => unknown): IdentityTablesError {
  try {
    action();
  } catch (error) {
    if (error instanceof IdentityTablesError) {
      return error;
    }
    throw error;
  }
  throw new Error('nothing was thrown');
}

const codesOf = (action: () => unknown) => thrown(action).problems.map(({ code }) => code);

describe('region and prefix', () => {
  test('fails in a region that the set does not have, and names the near one', () => {
    const error = thrown(() => settings(connect2id(), {}, { region: 'eu-centrl-1', regions: ['eu-central-1', 'us-east-1'] }));
    expect(error.message).toBe(
      [
        "[IDT1001] the set has no tables in 'eu-centrl-1'",
        "  given:   'eu-centrl-1'",
        "  allowed: 'eu-central-1', 'us-east-1'",
        "  fix:     did you mean 'eu-central-1'?",
      ].join('\n'),
    );
  });

  test('fails in a region that the data source of Curity cannot select', () => {
    expect(codesOf(() => settings(CURITY, {}, { region: 'eu-central-2' }))).toEqual(['IDT0302']);
  });

  test('fails with a prefix that no table name can have', () => {
    expect(codesOf(() => settings(CURITY, {}, { tablePrefix: 'a b' }))).toEqual(['IDT0101']);
  });

  test('a region and a prefix of the deployment are not checked', () => {
    const [region, tablePrefix] = [Token.asString({ Ref: 'AWS::Region' }), Token.asString({ Ref: 'Prefix' })];
    const options = settings(connect2id(), {}, { region, tablePrefix, regions: ['eu-central-1'] }).render('java-options');
    expect(options).toContain(`\n-Ddynamodb.region=${region}\n-Ddynamodb.tablePrefix=${tablePrefix}\n`);
  });
});

describe('value of tid', () => {
  test.each([undefined, ''])('fails with applyRangeKey and value %j', (rangeKeyValue) => {
    expect(codesOf(() => settings(connect2id({ applyRangeKey: true }), { rangeKeyValue }))).toEqual(['IDT1002']);
  });

  test('fails without applyRangeKey', () => {
    const error = thrown(() => settings(connect2id(), { rangeKeyValue: 'op-1' }));
    expect(error.problems).toMatchObject([{ code: 'IDT1003', fix: expect.stringContaining('applyRangeKey: true') as string }]);
  });

  test('fails in the multi-tenant edition', () => {
    const server = connect2id({ edition: Connect2idEdition.MULTI_TENANT });
    const error = thrown(() => settings(server, { rangeKeyValue: 'op-1' }));
    expect(error.problems).toMatchObject([{ code: 'IDT1003', fix: 'drop rangeKeyValue' }]);
  });
});

describe('options of another server, mode or version', () => {
  const minute = Duration.minutes(1);
  test.each<[keyof ServerSettingsOptions, IdentityServer, ServerSettingsOptions]>([
    ['rangeKeyValue', CURITY, { rangeKeyValue: 'op-1' }],
    ['hmacKeyReference', CURITY, { hmacKeyReference: 'keys:hmac' }],
    ['encryptionKeyReference', CONNECT_DYNAMODB, { encryptionKeyReference: 'keys:enc' }],
    ['adoptsItemsWithoutHmac', CURITY, { adoptsItemsWithoutHmac: true }],
    ['purgeMaxReadCapacity', CURITY, { purgeMaxReadCapacity: 5 }],
    ['httpProxyHost', CURITY, { httpProxyHost: 'proxy' }],
    ['httpProxyPort', CURITY, { httpProxyPort: 3128 }],
    ['dataSourceId', connect2id(), { dataSourceId: 'dynamo' }],
    ['retainDurations', connect2id(), { retainDurations: { 'curity-tokens': minute } }],
    ['callTimeout', CONNECT_DYNAMODB, { callTimeout: minute }],
    ['attemptTimeout', connect2id(), { attemptTimeout: minute }],
    ['webIdentity', CONNECT_DYNAMODB, { webIdentity: true }],
    ['encryptionKeyReference', connect2id({ version: '16.1' }), { encryptionKeyReference: 'keys:enc' }],
    ['encryptionKeyReference', connect2id({ mode: Connect2idMode.REPLICATION }), { encryptionKeyReference: 'keys:enc' }],
    ['purgeMaxReadCapacity', connect2id({ sessionTimeToLive: true }), { purgeMaxReadCapacity: 5 }],
    ['purgeMaxReadCapacity', connect2id({ mode: Connect2idMode.STATELESS_REDIS }), { purgeMaxReadCapacity: 5 }],
    ['purgeMaxReadCapacity', connect2id({ version: '14.8' }), { purgeMaxReadCapacity: 5 }],
  ])('fails for %s', (option, server, options) => {
    const error = thrown(() => settings(server, options));
    expect(error.problems).toMatchObject([{ code: 'IDT1005', fix: `drop ${option}` }]);
  });

  test('options that are off are not given', () => {
    const options = { webIdentity: false, adoptsItemsWithoutHmac: false, hmacKeyReference: undefined };
    expect(settings(CONNECT_DYNAMODB, options).formats).toEqual(['typescript', 'json']);
  });
});

describe('values', () => {
  test.each<[IdentityServer, ServerSettingsOptions]>([
    [connect2id(), { localEndpoint: '127.0.0.1:8000' }],
    [connect2id(), { localEndpoint: 'ftp://127.0.0.1' }],
    [connect2id(), { localEndpoint: 'http://127.0.0.1:8000', webIdentity: true }],
    [connect2id({ applyRangeKey: true }), { rangeKeyValue: 'a\nb' }],
    [connect2id(), { purgeMaxReadCapacity: 0 }],
    [connect2id(), { purgeMaxReadCapacity: 1.5 }],
    [connect2id(), { httpProxyHost: 'http://proxy' }],
    [connect2id(), { httpProxyPort: 3128 }],
    [connect2id(), { httpProxyHost: 'proxy', httpProxyPort: 65_536 }],
    [CURITY, { dataSourceId: 'two words' }],
    [CURITY, { callTimeout: Duration.seconds(0) }],
    [CURITY, { attemptTimeout: Duration.millis(1500) }],
    [CURITY, { retainDurations: { 'curity-tokens': Duration.millis(1) } }],
  ])('fails with %#', (server, options) => {
    expect(codesOf(() => settings(server, options))).toEqual(['IDT1008']);
  });

  test('fails with a table that Curity gives no time to be deleted at, and names the near one', () => {
    const error = thrown(() => settings(CURITY, { retainDurations: { 'curity-token': Duration.days(1) } }));
    expect(error.problems).toMatchObject([{ code: 'IDT1008', fix: "did you mean 'curity-tokens'?" }]);
  });

  test('numbers and durations of the deployment are written as tokens', () => {
    const number = Lazy.number({ produce: () => 7 });
    const { values } = settings(CURITY, { callTimeout: Duration.seconds(number) });
    const found = values.find(({ name }) => name === 'api-call-timeout')?.value;
    expect(Token.isUnresolved(found)).toBe(true);
  });

  test('fails with every problem at once', () => {
    const options = { rangeKeyValue: 'x', dataSourceId: 'y', purgeMaxReadCapacity: -1 };
    expect(codesOf(() => settings(connect2id(), options, { tablePrefix: '/' }))).toEqual([
      'IDT0101',
      'IDT1005',
      'IDT1003',
      'IDT1008',
    ]);
  });

  test('fails with an unknown form, and names the near one', () => {
    const error = thrown(() => settings(CURITY).render('xlm'));
    expect(error.problems).toMatchObject([{ code: 'IDT1004', allowed: "'xml', 'cli', 'json'", fix: "did you mean 'xml'?" }]);
  });
});

describe('secrets', () => {
  const HMAC = Buffer.from('0123456789abcdef0123456789ABCDEF').toString('base64');
  const JWK = JSON.stringify({ kty: 'oct', use: 'enc', kid: '1', k: 'Sa_ZJlyAjlAX91Q090S4NA' });
  const DYNAMIC = '{{resolve:secretsmanager:prod-keys:SecretString:hmac}}';

  test.each([
    ['BASE64 of 256 bits', HMAC],
    ['BASE64 of 256 bits without padding', HMAC.slice(0, -1)],
    ['BASE64 of 128 bits', Buffer.from('0123456789abcdef').toString('base64')],
    ['256 bits in hexadecimal', Buffer.from(HMAC, 'base64').toString('hex')],
    ['a JWK', JWK],
    ['base64url of a JWK', Buffer.from(JWK).toString('base64url')],
    ['a dynamic reference', DYNAMIC],
    [
      'a token of a dynamic reference',
      new CfnDynamicReference(CfnDynamicReferenceService.SECRETS_MANAGER, 'prod-keys').toString(),
    ],
    ['the value of a secret', SecretValue.secretsManager('prod-keys').unsafeUnwrap()],
    ['two lines', 'prod-keys\nhmac'],
    ['nothing', ''],
  ])('fails with %s as reference, and does not repeat it', (_, secret) => {
    const error = thrown(() => settings(connect2id(), { hmacKeyReference: secret, encryptionKeyReference: secret }));
    expect(error.problems.map(({ code }) => code)).toEqual(['IDT1006', 'IDT1006']);
    if (secret !== '') {
      expect(error.message).not.toContain(secret);
      expect(JSON.stringify(error.problems)).not.toContain(secret);
    }
  });

  test.each([
    [HMAC, 'looks like the key itself'],
    [DYNAMIC, 'is a dynamic reference, for which CloudFormation would put the secret into the text'],
    [SecretValue.secretsManager('prod-keys').unsafeUnwrap(), 'is the value of a secret, not the place where it is kept'],
    ['two words', 'is neither a name nor an ARN'],
  ])('fails with the reason: %#', (secret, reason) => {
    const error = thrown(() => settings(connect2id(), { hmacKeyReference: secret }));
    expect(error.problems[0].what).toBe(`hmacKeyReference ${reason}`);
  });

  test.each([
    'prod-connect2id-keys:hmacSHA256Key',
    'arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod-keys-AbCdEf',
    '/prod/connect2id/hmac',
    'identity-server-keys-of-the-eu-cluster-0001',
    Token.asString({ Ref: 'Secret' }),
  ])('takes %s as reference', (reference) => {
    const text = settings(connect2id(), { hmacKeyReference: reference }).render('properties');
    expect(text).toContain(`the secret that is kept as ${reference};`);
    expect(text).toContain('\ndynamodb.hmacSHA256Key=${CONNECT2ID_HMAC_KEY}\n');
  });

  test.each<[ServerSettingsOptions]>([
    [{ localEndpoint: 'http://user:hunter2@127.0.0.1:8000' }],
    [{ httpProxyHost: 'user:hunter2@proxy' }],
  ])('fails with a password in an address, and does not repeat it: %#', (options) => {
    const error = thrown(() => settings(connect2id(), options));
    expect(error.problems.map(({ code }) => code)).toEqual(['IDT1008']);
    expect(JSON.stringify(error.problems)).not.toContain('hunter2');
  });

  test('fails with a key for tables that hold items without HMAC', () => {
    const options = { hmacKeyReference: 'keys:hmac', adoptsItemsWithoutHmac: true };
    expect(codesOf(() => settings(connect2id(), options))).toEqual(['IDT1007']);
  });

  test('no form of any server reads the environment of this process', () => {
    process.env.CONNECT2ID_HMAC_KEY = HMAC;
    process.env.CONNECT2ID_ENC_JWK = HMAC;
    const references = { hmacKeyReference: 'keys:hmac', encryptionKeyReference: 'keys:enc' };
    const texts = [settings(connect2id(), references), settings(CURITY), settings(CONNECT_DYNAMODB)].flatMap((made) =>
      made.formats.map((format) => made.render(format)),
    );
    delete process.env.CONNECT2ID_HMAC_KEY;
    delete process.env.CONNECT2ID_ENC_JWK;
    expect(texts).toHaveLength(4 + 3 + 2);
    texts.forEach((text) => expect(text).not.toContain(HMAC));
  });
});
