import { execFileSync } from 'node:child_process';
import { Connect2idEdition, Connect2idMode, IdentityServer, type Connect2idProps } from '../../lib/servers';
import { serverSettings, SettingPlace, type ServerSettings, type ServerSettingsOptions } from '../../lib/settings';

interface Case extends Partial<Connect2idProps> {
  readonly options?: ServerSettingsOptions;
  readonly tablePrefix?: string;
  readonly overrides?: { readonly [baseName: string]: { readonly timeToLiveAttribute?: string } };
}

function settingsOf({ options, tablePrefix = 'prod-', overrides, ...props }: Case = {}): ServerSettings {
  const server = IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true, ...props })._definition;
  return serverSettings({ server, tablePrefix, region: 'eu-central-1', options, overrides });
}

function flags(given: Case = {}): string[] {
  return settingsOf(given).render('java-options').trimEnd().split('\n');
}

/** Value, or the variable in braces; undefined when it is left out or has no part. */
function valueOf(name: string, given: Case = {}): string | undefined {
  const found = settingsOf(given).values.find((setting) => setting.name === name);
  return found?.environmentVariable === undefined ? found?.value : `{${found.environmentVariable}}`;
}

const REGULAR = [
  '-Dinfinispan.configurationFile=/WEB-INF/infinispan-stateless-dynamodb.xml',
  '-Ddynamodb.region=eu-central-1',
  '-Ddynamodb.tablePrefix=prod-',
  '-Ddynamodb.authzStore.longLivedAuthzMap.indexedAttributes=sub,act,cid',
  '-Ddynamodb.enableTTL.sessionStore.sessionMap=false',
  '-Ddynamodb.purgeMaxReadCapacity=20',
  '-DdynamoDB.purgeMaxReadCapacity=20',
  '-Ddynamodb.encryptionAtRest=false',
  '-Ddynamodb.enableStream=false',
  '-Ddynamodb.enableDeletionProtection=false',
  '-Ddynamodb.enableContBackups=false',
];

/** The flags of the regular edition without those that begin so, and with others at the given place. */
function without(...names: string[]): string[] {
  return REGULAR.filter((flag) => !names.some((name) => flag.startsWith(`-D${name}=`)));
}

const SESSIONS = ['dynamodb.enableTTL.sessionStore.sessionMap', 'dynamodb.purgeMaxReadCapacity', 'dynamoDB.purgeMaxReadCapacity'];

describe('Java options', () => {
  test('regular edition, stateless', () => {
    expect(flags()).toEqual(REGULAR);
  });

  test('shared tables with tid', () => {
    const given = { applyRangeKey: true, options: { rangeKeyValue: 'op-1' } };
    expect(flags(given)).toEqual([
      ...REGULAR.slice(0, 3),
      '-Ddynamodb.applyRangeKey=tid',
      '-Ddynamodb.rangeKeyValue=op-1',
      ...REGULAR.slice(3),
    ]);
  });

  test('multi-tenant edition: tid is its own, and its configuration file has no published name', () => {
    const given = { edition: Connect2idEdition.MULTI_TENANT };
    expect(flags(given)).toEqual(without('infinispan.configurationFile'));
    expect(settingsOf(given).render('properties')).toContain(
      '# left out: infinispan.configurationFile: the file of the multi-tenant',
    );
  });

  test('stateless with Redis: sessions are not in DynamoDB', () => {
    expect(flags({ mode: Connect2idMode.STATELESS_REDIS })).toEqual([
      '-Dinfinispan.configurationFile=/WEB-INF/infinispan-stateless-redis-dynamodb.xml',
      ...without('infinispan.configurationFile', ...SESSIONS),
    ]);
  });

  test('replication mode: the address of the node', () => {
    expect(flags({ mode: Connect2idMode.REPLICATION })).toEqual([
      '-Dinfinispan.configurationFile=/WEB-INF/infinispan-replication-dynamodb.xml',
      ...without('infinispan.configurationFile', ...SESSIONS),
      '-Djgroups.tcp.address=${JGROUPS_TCP_ADDRESS}',
    ]);
    const address = settingsOf({ mode: Connect2idMode.REPLICATION }).values.find(({ name }) => name === 'jgroups.tcp.address');
    expect(address?.why).toContain('TCP 7800 and 7900 to 7905');
  });

  test('time to live on sessions: no purge', () => {
    expect(flags({ sessionTimeToLive: true })).toEqual([
      ...REGULAR.slice(0, 4),
      '-Ddynamodb.enableTTL.sessionStore.sessionMap=true',
      '-DsessionStore.sessionMap.expirationInterval=0',
      ...REGULAR.slice(7),
    ]);
  });

  test('time to live on sessions by an override of the table', () => {
    expect(
      valueOf('dynamodb.enableTTL.sessionStore.sessionMap', { overrides: { sub_sessions: { timeToLiveAttribute: 'ttl' } } }),
    ).toBe('true');
  });

  test('web identity: the region comes from the environment', () => {
    const settings = settingsOf({ options: { webIdentity: true } });
    expect(settings.render('java-options').trimEnd().split('\n')).toEqual(without('dynamodb.region'));
    expect(settings.environmentVariables).toEqual({
      AWS_REGION: 'eu-central-1',
      AWS_STS_REGIONAL_ENDPOINTS: 'regional',
      CATALINA_OPTS: without('dynamodb.region').join(' '),
    });
  });

  test('a laptop: endpoint and made-up credentials', () => {
    const settings = settingsOf({ options: { localEndpoint: 'http://127.0.0.1:8000' } });
    const expected = [...REGULAR.slice(0, 2), '-Ddynamodb.endpoint=http://127.0.0.1:8000', ...REGULAR.slice(2)];
    expect(settings.environmentVariables).toEqual({
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      CATALINA_OPTS: expected.join(' '),
    });
  });

  test('secrets come from the environment, in both spellings where documents and files differ', () => {
    const options = { hmacKeyReference: 'prod-keys:hmacSHA256Key', encryptionKeyReference: 'prod-keys:encJWK' };
    expect(flags({ options })).toEqual([
      ...REGULAR.slice(0, 3),
      '-Ddynamodb.hmacSHA256Key=${CONNECT2ID_HMAC_KEY}',
      '-DdynamoDB.hmacSHA256Key=${CONNECT2ID_HMAC_KEY}',
      '-DkeyStore.encJWK=${CONNECT2ID_ENC_JWK}',
      ...REGULAR.slice(3),
    ]);
  });

  test('a value that a shell would take apart is quoted', () => {
    const options = { rangeKeyValue: "it's $HOME;" };
    expect(flags({ applyRangeKey: true, options })).toContain(`'-Ddynamodb.rangeKeyValue=it'\\''s $HOME;'`);
  });
});

test('a shell takes CATALINA_OPTS apart as it was meant', () => {
  const options = { rangeKeyValue: "it's $HOME;", hmacKeyReference: 'prod-keys:hmacSHA256Key' };
  const { CATALINA_OPTS } = settingsOf({ applyRangeKey: true, options }).environmentVariables;
  // Tomcat's start script hands the variable to eval.
  const words = execFileSync('sh', ['-c', 'eval set -- "$CATALINA_OPTS"; printf "%s\\n" "$@"'], {
    env: { CATALINA_OPTS, CONNECT2ID_HMAC_KEY: 'AAAA' },
    encoding: 'utf8',
  });
  expect(words.trimEnd().split('\n').slice(4, 7)).toEqual([
    "-Ddynamodb.rangeKeyValue=it's $HOME;",
    '-Ddynamodb.hmacSHA256Key=AAAA',
    '-DdynamoDB.hmacSHA256Key=AAAA',
  ]);
});

describe('single properties', () => {
  test.each<[string, Case, string | undefined]>([
    ['dynamodb.httpProxyHost', {}, undefined],
    ['dynamodb.httpProxyHost', { options: { httpProxyHost: 'proxy.internal', httpProxyPort: 3128 } }, 'proxy.internal'],
    ['dynamodb.httpProxyPort', { options: { httpProxyHost: 'proxy.internal', httpProxyPort: 3128 } }, '3128'],
    ['dynamodb.tablePrefix', { tablePrefix: '' }, undefined],
    ['dynamodb.tablePrefix', { tablePrefix: 'a.b_' }, 'a.b_'],
    ['dynamodb.purgeMaxReadCapacity', { options: { purgeMaxReadCapacity: 100 } }, '100'],
    ['dynamoDB.purgeMaxReadCapacity', { options: { purgeMaxReadCapacity: 100 } }, '100'],
    ['dynamodb.purgeMaxReadCapacity', { version: '14.8' }, undefined],
    ['dynamodb.purgeMaxReadCapacity', { version: '14.9' }, '20'],
    ['dynamodb.enableDeletionProtection', { version: '16.0' }, undefined],
    ['dynamodb.enableDeletionProtection', { version: '16.1' }, 'false'],
    ['dynamodb.authzStore.longLivedAuthzMap.indexedAttributes', { indexedAttributes: ['cid', 'sub'] }, 'cid,sub'],
    ['keyStore.encJWK', { options: { encryptionKeyReference: 'keys:encJWK' } }, '{CONNECT2ID_ENC_JWK}'],
    ['dynamodb.endpoint', {}, undefined],
    ['AWS_REGION', {}, undefined],
    ['infinispan.defaultExpirationInterval', {}, undefined],
  ])('%s with %j is %s', (name, given, value) => {
    expect(valueOf(name, given)).toBe(value);
  });

  test.each(['infinispan.defaultExpirationInterval', 'dynamodb.hmacSHA256Key', 'keyStore.encJWK'])(
    '%s is left out with a reason when nothing asks for it',
    (name) => {
      const found = settingsOf().values.filter((setting) => setting.name === name);
      expect(found).toEqual([{ name, place: SettingPlace.SYSTEM_PROPERTY, why: expect.stringMatching(/.{20}/) as string }]);
    },
  );

  test('keyStore.encJWK has no part before 17.0', () => {
    expect(settingsOf({ version: '16.1' }).values.map(({ name }) => name)).not.toContain('keyStore.encJWK');
  });
});

test('properties file: every setting with its reason, secrets by variable', () => {
  const options = { hmacKeyReference: 'prod-keys:hmacSHA256Key', webIdentity: true };
  const text = settingsOf({ mode: Connect2idMode.STATELESS_REDIS, options }).render('properties');
  expect(text).toBe(
    [
      "# Connect2id server 18.0: 7 tables with prefix 'prod-' in eu-central-1",
      '# load it with -DsystemPropertiesURL=file:///<path>; nothing expands ${…} in it, so put the values in when you write it',
      '# the configuration of stateless-redis mode on DynamoDB; another one would use other tables',
      'infinispan.configurationFile=/WEB-INF/infinispan-stateless-redis-dynamodb.xml',
      '# left out: dynamodb.region: with STS web identity the region has to come from AWS_REGION',
      '# the server puts it before every table name as it is and adds no separator',
      'dynamodb.tablePrefix=prod-',
      '# CONNECT2ID_HMAC_KEY: the secret that is kept as prod-keys:hmacSHA256Key; BASE64 of 32 random bytes, the same in every region',
      'dynamodb.hmacSHA256Key=${CONNECT2ID_HMAC_KEY}',
      '# CONNECT2ID_HMAC_KEY: the secret that is kept as prod-keys:hmacSHA256Key; the spelling of the documentation, which the shipped configuration does not read',
      'dynamoDB.hmacSHA256Key=${CONNECT2ID_HMAC_KEY}',
      '# left out: keyStore.encJWK: needed in every region, with the same key, when the server keeps its own keys in the table jwks; not with static keys',
      '# the attributes that have an index in long_lived_authorizations; one more fails at the first query',
      'dynamodb.authzStore.longLivedAuthzMap.indexedAttributes=sub,act,cid',
      '# used only when the server makes a table; encryption is a setting of the stacks',
      'dynamodb.encryptionAtRest=false',
      '# used only when the server makes a table; the tables have their streams',
      'dynamodb.enableStream=false',
      '# else the server changes tables behind CloudFormation; false lifts no protection',
      'dynamodb.enableDeletionProtection=false',
      '# else the server changes tables behind CloudFormation; false leaves point-in-time recovery as it is',
      'dynamodb.enableContBackups=false',
      '# left out: infinispan.defaultExpirationInterval: not used where DynamoDB expires items by time to live',
      '# in the environment: AWS_REGION=eu-central-1: region of the tables and of STS with web identity',
      '# in the environment: AWS_STS_REGIONAL_ENDPOINTS=regional: credentials come from STS in this region, so another region may be lost without harm',
      '',
    ].join('\n'),
  );
});

test('properties file: backslashes and a leading space are escaped', () => {
  const options = { rangeKeyValue: ' a\\b' };
  expect(settingsOf({ applyRangeKey: true, options }).render('properties')).toContain('\ndynamodb.rangeKeyValue=\\ a\\\\b\n');
});

test('environment file: a secret is a name alone, once', () => {
  const options = { hmacKeyReference: 'prod-keys:hmacSHA256Key' };
  const text = settingsOf({ mode: Connect2idMode.REPLICATION, options }).render('environment');
  expect(text).toBe(
    [
      "# Connect2id server 18.0: 5 tables with prefix 'prod-' in eu-central-1",
      'CATALINA_OPTS=-Dinfinispan.configurationFile=/WEB-INF/infinispan-replication-dynamodb.xml -Ddynamodb.region=eu-central-1 ' +
        '-Ddynamodb.tablePrefix=prod- -Ddynamodb.hmacSHA256Key=${CONNECT2ID_HMAC_KEY} -DdynamoDB.hmacSHA256Key=${CONNECT2ID_HMAC_KEY} ' +
        '-Ddynamodb.authzStore.longLivedAuthzMap.indexedAttributes=sub,act,cid -Ddynamodb.encryptionAtRest=false ' +
        '-Ddynamodb.enableStream=false -Ddynamodb.enableDeletionProtection=false -Ddynamodb.enableContBackups=false ' +
        '-Djgroups.tcp.address=${JGROUPS_TCP_ADDRESS}',
      '# CONNECT2ID_HMAC_KEY: the secret that is kept as prod-keys:hmacSHA256Key; BASE64 of 32 random bytes, the same in every region',
      'CONNECT2ID_HMAC_KEY',
      '# JGROUPS_TCP_ADDRESS: address of this node for the other ones, which need TCP 7800 and 7900 to 7905 between them',
      'JGROUPS_TCP_ADDRESS',
      '',
    ].join('\n'),
  );
});

test('json has the values', () => {
  const settings = settingsOf();
  expect(JSON.parse(settings.render('json'))).toEqual(settings.values);
  expect(settings.formats).toEqual(['java-options', 'properties', 'environment', 'json']);
});
