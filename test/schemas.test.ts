import * as fs from 'fs';
import * as path from 'path';
import Ajv, { type ValidateFunction } from 'ajv';
import type { Evidence, ServerFile, TableProfileFile } from '../lib/servers/server-file';
import * as connect2id from './data-facts/connect2id';
import * as curity from './data-facts/curity';
import { CLASSES, SECRET_KEYS } from './data-facts/profiles';

interface Index {
  readonly IndexName: string;
  readonly KeySchema: ReadonlyArray<{ readonly AttributeName: string }>;
  readonly Projection: { readonly ProjectionType: string; readonly NonKeyAttributes?: readonly string[] };
}
interface CreateTable {
  readonly TableName: string;
  readonly BillingMode: string;
  readonly AttributeDefinitions: ReadonlyArray<{ readonly AttributeName: string; readonly AttributeType: string }>;
  readonly KeySchema: Index['KeySchema'];
  readonly GlobalSecondaryIndexes?: readonly Index[];
  readonly LocalSecondaryIndexes?: readonly Index[];
}

const SCHEMAS = path.join(__dirname, '..', 'schemas');
const SERVERS = ['connect-dynamodb', 'connect2id', 'curity'];
const read = (...parts: string[]): unknown => JSON.parse(fs.readFileSync(path.join(SCHEMAS, ...parts), 'utf8'));

const servers = Object.fromEntries(SERVERS.map((server) => [server, read(server, 'server.json') as ServerFile]));
const profiles = (server: string): Record<string, TableProfileFile> => ({ ...servers[server].tables });
const files = (server: string): Record<string, CreateTable> =>
  Object.fromEntries(
    fs
      .readdirSync(path.join(SCHEMAS, server))
      .map((file) => /^create-table-(.+)\.json$/.exec(file))
      .filter((match) => match !== null)
      .map((match) => [match[1], read(server, match[0]) as CreateTable]),
  );
const indexesOf = (file: CreateTable) => [...(file.GlobalSecondaryIndexes ?? []), ...(file.LocalSecondaryIndexes ?? [])];

const ajv = new Ajv({ allErrors: true }).addSchema(read('create-table.schema.json') as object, 'create-table.schema.json');
const isCreateTable = ajv.getSchema('create-table.schema.json') as ValidateFunction;
const isServer = ajv.compile(read('server.schema.json') as object);

/** The failing paths with what is wrong there. */
function refusals(validate: ValidateFunction, value: unknown): string[] {
  validate(value);
  return (validate.errors ?? []).map((error) => `${error.instancePath}: ${error.message}`);
}

const byNumber = (version: string) => version.split('.').map(Number);
function isAtMost(version: string, limit: string): boolean {
  const [a, b] = [byNumber(version), byNumber(limit)];
  return a[0] !== b[0] ? a[0] < b[0] : (a[1] ?? 0) <= (b[1] ?? 0);
}

/** Keys with their types, such as `pk S, sk S`. */
function keysOf(file: CreateTable, keySchema: Index['KeySchema']): string {
  const types = new Map(file.AttributeDefinitions.map((attribute) => [attribute.AttributeName, attribute.AttributeType]));
  return keySchema.map((key) => `${key.AttributeName} ${types.get(key.AttributeName)}`).join(', ');
}

const ttlOf = (server: string) =>
  Object.fromEntries(
    Object.entries(profiles(server)).flatMap(([name, { timeToLive }]) =>
      timeToLive ? [[name, [timeToLive.use, timeToLive.option, timeToLive.attribute].filter(Boolean).join(' ')]] : [],
    ),
  );
const tablesWhere = (server: string, test: (profile: TableProfileFile) => boolean) =>
  Object.entries(profiles(server))
    .filter(([, profile]) => test(profile))
    .map(([name]) => name)
    .sort();

describe.each(SERVERS)('files of %s', (server) => {
  test('server.json is of its JSON Schema', () => {
    expect(refusals(isServer, servers[server])).toEqual([]);
    expect(servers[server].server).toBe(server);
    expect(servers[server].$schema).toBe('../server.schema.json');
  });

  test.each(Object.entries(files(server)))(
    'create-table-%s.json is of its JSON Schema and defines what keys use, no more',
    (name, file) => {
      expect(refusals(isCreateTable, file)).toEqual([]);
      expect(file.TableName).toBe(name);
      expect(file.BillingMode).toBe('PAY_PER_REQUEST');
      const used = [file, ...indexesOf(file)].flatMap((item) => item.KeySchema.map((key) => key.AttributeName));
      expect(file.AttributeDefinitions.map((attribute) => attribute.AttributeName)).toEqual([...new Set(used)].sort());
    },
  );

  test('every table has a file and a complete profile', () => {
    expect(Object.keys(profiles(server)).sort()).toEqual(Object.keys(files(server)).sort());
    const fields = ['purpose', 'since', 'preset', 'dataClass', 'pointInTimeRecovery', 'restore', 'bearerSecrets', 'belowPreset'];
    const facts = ['name', 'partitionKey', 'sortKey', 'indexes', 'timeToLive', 'pointInTimeRecovery', 'preset', 'dataClass'];
    facts.push('restore', 'since', 'runtime', ...(server === 'connect2id' ? ['modes', 'editions'] : []));
    for (const [name, profile] of Object.entries(profiles(server))) {
      const missing = fields.filter((field) => profile[field as keyof TableProfileFile] === undefined);
      expect({ name, missing }).toEqual({ name, missing: [] });
      expect(Object.keys(profile.evidence ?? {}).sort()).toEqual([...facts].sort());
      expect(profile.runtime ?? servers[server].runtime).toBeDefined();
    }
    expect(
      ['title', 'sources', 'versions', 'defaultPreset', 'consequences', 'tables'].filter((key) => !(key in servers[server])),
    ).toEqual([]);
  });

  test('every index has a profile, and the reverse unless an option defines it', () => {
    for (const [name, profile] of Object.entries(profiles(server))) {
      const shipped = indexesOf(files(server)[name]).map((index) => index.IndexName);
      const entries = Object.entries(profile.indexes ?? {});
      const added = entries.filter(([, index]) => index.definition !== undefined).map(([index]) => index);
      expect(entries.map(([index]) => index).sort()).toEqual([...shipped, ...added].sort());
      expect(entries.filter(([, index]) => index.since === undefined || index.evidence === undefined)).toEqual([]);
      const queried = profile.runtime?.indexQueries ?? [];
      expect(queried === 'all' ? [] : queried.filter((index) => !(index in (profile.indexes ?? {})))).toEqual([]);
    }
  });

  test('evidence names sources that exist, and every source is named', () => {
    const used = new Set<string>();
    JSON.stringify(servers[server], (_key, value: unknown) => {
      if (typeof value === 'object' && value !== null && 'level' in value) {
        used.add((value as Evidence).source);
      }
      return value;
    });
    expect([...used].sort()).toEqual(Object.keys(servers[server].sources ?? {}).sort());
  });

  test('sets, exclusions and option names refer to tables that exist', () => {
    const { together, exclusions } = servers[server];
    const named = [...(together ?? []).flat(), ...Object.keys(exclusions ?? {})];
    expect(named.filter((name) => !(name in profiles(server)))).toEqual([]);
  });

  test('class, restore rule and secrecy are those of the loss', () => {
    const classes: Record<string, string[]> = {};
    for (const name of Object.keys(profiles(server)).sort()) {
      const { dataClass, restore } = profiles(server)[name];
      (classes[`${dataClass} ${restore}`] ??= []).push(name);
    }
    expect(classes).toEqual(CLASSES[server]);
    expect(tablesWhere(server, (profile) => profile.bearerSecrets === true)).toEqual(SECRET_KEYS[server]);
  });
});

describe('connect2id', () => {
  const { CONNECT2ID_TABLES: TABLES } = connect2id;

  test('keys, evidence of their names, and first versions', () => {
    const given = Object.entries(profiles('connect2id')).map(([name, profile]) => {
      const { KeySchema, AttributeDefinitions } = files('connect2id')[name];
      expect(AttributeDefinitions.every((attribute) => attribute.AttributeType === 'S')).toBe(true);
      expect(KeySchema).toHaveLength(1);
      return [name, [KeySchema[0].AttributeName, profile.evidence?.partitionKey.level, profile.since]];
    });
    expect(Object.fromEntries(given)).toEqual(TABLES);
    const unpublished = Object.entries(profiles('connect2id'))
      .map(([name, profile]) => [name, profile.evidence?.name.level])
      .filter(([, level]) => level !== 'documented');
    expect(Object.fromEntries(unpublished)).toEqual(connect2id.CONNECT2ID_UNPUBLISHED_NAMES);
  });

  test('indexes: three assumed names on long_lived_authorizations', () => {
    for (const [name, file] of Object.entries(files('connect2id'))) {
      const indexes = indexesOf(file).map(
        (index) => `${index.IndexName} ${keysOf(file, index.KeySchema)} ${index.Projection.ProjectionType}`,
      );
      const expected =
        name === 'long_lived_authorizations' ? ['act-gsi act S ALL', 'cid-gsi cid S ALL', 'sub-gsi sub S ALL'] : [];
      expect({ name, indexes }).toEqual({ name, indexes: expected });
    }
    const { evidence, indexes } = profiles('connect2id').long_lived_authorizations;
    expect([evidence?.indexes.level, ...Object.values(indexes ?? {}).map((index) => index.evidence?.level)]).toEqual(
      Array(4).fill('assumed'),
    );
  });

  test('time to live, point-in-time recovery, presets, tables that grow', () => {
    expect(ttlOf('connect2id')).toEqual(connect2id.CONNECT2ID_TTL);
    expect(tablesWhere('connect2id', (profile) => profile.pointInTimeRecovery === true)).toEqual(connect2id.CONNECT2ID_PITR);
    const { 'absolute-minimal': first, minimal } = connect2id.CONNECT2ID_PRESETS;
    expect(tablesWhere('connect2id', (profile) => profile.preset === 'absolute-minimal')).toEqual(first);
    expect(tablesWhere('connect2id', (profile) => profile.preset === 'minimal')).toEqual(minimal);
    expect(tablesWhere('connect2id', (profile) => profile.preset === 'full')).toHaveLength(9);
    expect(tablesWhere('connect2id', (profile) => profile.grows === true)).toEqual(['client_jwks', 'request_jwts']);
    expect(tablesWhere('connect2id', (profile) => profile.noTenantKey === true)).toEqual(['tenants']);
  });

  test.each(connect2id.CONNECT2ID_COUNTS)('%s %s %s has so many tables', (version, mode, edition, counts) => {
    const presets = [['absolute-minimal'], ['absolute-minimal', 'minimal'], ['absolute-minimal', 'minimal', 'full']];
    const counted = presets.map(
      (wanted) =>
        tablesWhere(
          'connect2id',
          ({ since = '', modes, editions, preset = '' }) =>
            isAtMost(since, version) &&
            (modes?.includes(mode) ?? true) &&
            (editions?.includes(edition) ?? true) &&
            wanted.includes(preset),
        ).length,
    );
    expect(counted).toEqual(counts);
  });

  test('server facts', () => {
    const file = servers.connect2id;
    expect(file.versions?.map((entry) => entry.version)).toEqual(['14.0', '17.0', '18.0']);
    expect(file.modes).toEqual(['stateless', 'stateless-redis', 'replication']);
    expect(file.editions).toEqual(['regular', 'multi-tenant']);
    expect(file.together).toEqual([
      ['sub_sessions', 'sub_index'],
      ['jwks', 'jwks_history'],
    ]);
    const levels = Object.entries(file.exclusions ?? {}).map(([name, exclusion]) => `${name} ${exclusion.evidence.level}`);
    expect(levels).toEqual([
      'id_access_tokens documented',
      'long_lived_authorizations documented',
      'jwks decision',
      'jwks_history decision',
      'tenants decision',
    ]);
    expect(file.exclusions?.long_lived_authorizations.since).toBe('10.0');
    expect(file.unmanaged?.map((table) => table.modes)).toEqual([['replication']]);
    expect(file.runtime).toEqual({
      data: ['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'],
      describe: ['DescribeContinuousBackups', 'DescribeTable', 'DescribeTimeToLive'],
      manage: ['CreateTable', 'UpdateTimeToLive'],
      manageProtection: ['UpdateContinuousBackups', 'UpdateTable'],
      indexQueries: 'all',
    });
  });
});

describe('curity', () => {
  test('keys', () => {
    const given = Object.entries(files('curity')).map(([name, file]) => [name, keysOf(file, file.KeySchema)]);
    expect(Object.fromEntries(given)).toEqual(curity.CURITY_KEYS);
  });

  test('indexes: 11 global with ALL, 12 global with INCLUDE, 6 local', () => {
    const given: Record<string, Record<string, string>> = {};
    const kinds: Record<string, number> = {};
    for (const [name, file] of Object.entries(files('curity'))) {
      for (const index of indexesOf(file)) {
        const kind = file.LocalSecondaryIndexes?.includes(index) ? 'LSI' : 'GSI';
        const { ProjectionType, NonKeyAttributes = [] } = index.Projection;
        const since = profiles('curity')[name].indexes?.[index.IndexName].since;
        const projection = [ProjectionType, ...NonKeyAttributes].join(' ');
        (given[name] ??= {})[index.IndexName] = `${kind} ${keysOf(file, index.KeySchema)}; ${projection}; ${since}`;
        kinds[`${kind} ${ProjectionType}`] = (kinds[`${kind} ${ProjectionType}`] ?? 0) + 1;
      }
    }
    expect(given).toEqual(curity.CURITY_INDEXES);
    expect(kinds).toEqual({ 'GSI ALL': 11, 'GSI INCLUDE': 12, 'LSI INCLUDE': 6 });
  });

  test('the optional index is that of the shipped one under the name that the code asks for', () => {
    const indexes = profiles('curity')['curity-database-service-providers'].indexes ?? {};
    const optional = Object.entries(indexes).filter(([, index]) => index.option !== undefined);
    expect(optional.map(([name, index]) => [name, index.option, index.definition])).toEqual([
      [
        'tag-last_modified-index',
        'lastModifiedTagIndex',
        {
          IndexName: 'tag-last_modified-index',
          KeySchema: [
            { AttributeName: 'tag_key', KeyType: 'HASH' },
            { AttributeName: 'lastModified', KeyType: 'RANGE' },
          ],
          Projection: {
            ProjectionType: 'INCLUDE',
            NonKeyAttributes: ['attributes', 'created', 'enabled', 'id', 'service_provider_name', 'tags'],
          },
        },
      ],
    ]);
  });

  test('time to live with the retention that the server adds', () => {
    expect(ttlOf('curity')).toEqual(curity.CURITY_TTL);
    for (const [name, seconds] of Object.entries(curity.CURITY_RETAIN_SECONDS)) {
      const setting = `${name.replace('curity-', '')}-ttl-retain-duration is ${seconds} seconds`;
      expect(profiles('curity')[name].timeToLive?.note).toContain(setting);
    }
  });

  test('presets are decisions of this library', () => {
    expect(tablesWhere('curity', (profile) => profile.preset === 'full')).toEqual(['curity-nonces', 'curity-sessions']);
    expect(tablesWhere('curity', (profile) => profile.preset === 'minimal')).toEqual(['curity-delegations', 'curity-tokens']);
    expect(tablesWhere('curity', (profile) => profile.preset === 'absolute-minimal')).toHaveLength(7);
    expect(tablesWhere('curity', (profile) => profile.evidence?.preset.level !== 'decision')).toEqual([]);
    expect(tablesWhere('curity', (profile) => profile.pointInTimeRecovery !== true)).toEqual([
      'curity-nonces',
      'curity-sessions',
    ]);
  });

  test.each(curity.CURITY_COUNTS)('%s has %i tables and %i indexes', (version, tables, indexes) => {
    const has = (since = '') => isAtMost(since, version);
    expect(tablesWhere('curity', (profile) => has(profile.since))).toHaveLength(tables);
    const made = Object.values(profiles('curity')).flatMap((profile) => Object.values(profile.indexes ?? {}));
    expect(made.filter((index) => index.option === undefined && has(index.since))).toHaveLength(indexes);
  });

  test('runtime actions are the calls of the data source', () => {
    for (const [name, { runtime }] of Object.entries(profiles('curity'))) {
      const { data, transactOnly, scan, describe: atStart } = curity.CURITY_CALLS[name];
      const indexQueries = Object.keys(curity.CURITY_INDEXES[name] ?? {});
      const isProviders = name === 'curity-database-service-providers';
      const queried = isProviders
        ? [...indexQueries.filter((index) => !curity.CURITY_UNUSED_INDEXES.includes(index)), 'tag-last_modified-index']
        : indexQueries;
      expect({ name, ...runtime }).toEqual({
        name,
        data: data.split(' '),
        describe: atStart === undefined ? [] : [atStart],
        manage: [],
        indexQueries: queried.sort(),
        ...(scan && { conditional: [{ option: 'allowTableScans', equals: true, actions: ['Scan'] }] }),
        ...(transactOnly !== undefined && { transactOnly: transactOnly.split(' ') }),
      });
    }
  });

  test('server facts', () => {
    const file = servers.curity;
    expect(file.versions?.map((entry) => entry.version)).toEqual(['7.4', '8.0', '8.7', '9.3', '11.0']);
    expect(file.together).toEqual([
      ['curity-accounts', 'curity-links', 'curity-devices', 'curity-bucket'],
      ['curity-delegations', 'curity-tokens'],
    ]);
    expect(file.regions?.selectable).toHaveLength(26);
    expect(file.regions?.selectable.join(' ')).toBe(curity.CURITY_REGIONS);
    expect(file.exclusions).toBeUndefined();
    expect(file.singleWriter?.advice).toContain('one region write at a time');
  });
});

describe('connect-dynamodb', () => {
  test('one table with the defaults of the package', () => {
    const { sessions } = files('connect-dynamodb');
    expect(keysOf(sessions, sessions.KeySchema)).toBe('id S');
    expect(indexesOf(sessions)).toEqual([]);
    expect(ttlOf('connect-dynamodb')).toEqual({ sessions: 'always expires' });
    expect(profiles('connect-dynamodb').sessions).toMatchObject({ preset: 'full', pointInTimeRecovery: false });
    expect(profiles('connect-dynamodb').sessions.runtime).toEqual({
      data: ['DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'],
      describe: [],
      manage: ['CreateTable'],
      indexQueries: [],
      conditional: [
        { option: 'initialized', equals: false, actions: ['DescribeTable'] },
        { option: 'reap', equals: true, actions: ['Scan'] },
      ],
    });
    expect(servers['connect-dynamodb'].versions?.map((entry) => entry.version)).toEqual(['3.0.5']);
    expect(servers['connect-dynamodb'].defaultPreset).toBe('full');
  });
});

describe('JSON Schema of server.json', () => {
  test('takes a file with nothing but the server', () => {
    expect(refusals(isServer, { server: 'mine' })).toEqual([]);
  });

  test('takes what a capture writes', () => {
    const captured = { date: '2026-01-31', serverVersion: '18.0', mode: 'stateless', edition: 'regular', rangeKey: null };
    const evidence = { name: { level: 'captured', source: 'capture' } };
    const tables = { clients: { timeToLive: { attribute: 'ttl', use: 'always' }, evidence } };
    expect(refusals(isServer, { server: 'connect2id', captured, tables })).toEqual([]);
  });

  test.each([
    ['no server', {}, ": must have required property 'server'"],
    ['an unknown field', { server: 'mine', colour: 'blue' }, ': must NOT have additional properties'],
    [
      'a wrong type',
      { server: 'mine', tables: { a: { pointInTimeRecovery: 'yes' } } },
      '/tables/a/pointInTimeRecovery: must be boolean',
    ],
    [
      'an unknown field of a table',
      { server: 'mine', tables: { a: { ttl: 'x' } } },
      '/tables/a: must NOT have additional properties',
    ],
    [
      'an unknown preset',
      { server: 'mine', defaultPreset: 'none' },
      '/defaultPreset: must be equal to one of the allowed values',
    ],
    [
      'an option that is not named',
      { server: 'mine', tables: { a: { timeToLive: { attribute: 'ttl', use: 'option' } } } },
      "/tables/a/timeToLive: must have required property 'option'",
    ],
    [
      'an action with its prefix',
      { server: 'mine', runtime: { data: ['dynamodb:GetItem'], describe: [], manage: [], indexQueries: 'all' } },
      '/runtime/data/0: must match pattern "^[A-Z][A-Za-z]+$"',
    ],
    [
      'a date with a time',
      { server: 'mine', captured: { date: '2026-01-31T00:00' } },
      '/captured/date: must match pattern "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"',
    ],
    [
      'an index definition without an option',
      {
        server: 'mine',
        tables: {
          a: {
            indexes: {
              'b-index': {
                definition: {
                  IndexName: 'b-index',
                  KeySchema: [{ AttributeName: 'b', KeyType: 'HASH' }],
                  Projection: { ProjectionType: 'ALL' },
                },
              },
            },
          },
        },
      },
      '/tables/a/indexes/b-index: must have property option when property definition is present',
    ],
  ])('fails for %s', (_case, value, expected) => {
    expect(refusals(isServer, value)).toContain(expected);
  });
});

describe('JSON Schema of create-table files', () => {
  const valid = {
    TableName: 't',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  };
  const index = {
    IndexName: 'by-id',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    Projection: { ProjectionType: 'ALL' },
  };

  test('takes every field that the AWS CLI takes', () => {
    const value = {
      ...valid,
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput: { ReadCapacityUnits: 10, WriteCapacityUnits: 5 },
      GlobalSecondaryIndexes: [{ ...index, ProvisionedThroughput: { ReadCapacityUnits: 10, WriteCapacityUnits: 5 } }],
      Tags: [{ Key: 'a', Value: '' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: 'alias/a' },
      TableClass: 'STANDARD',
      DeletionProtectionEnabled: true,
      ResourcePolicy: '{}',
      OnDemandThroughput: { MaxReadRequestUnits: -1 },
      WarmThroughput: { ReadUnitsPerSecond: 12000, WriteUnitsPerSecond: 4000 },
    };
    expect(refusals(isCreateTable, value)).toEqual([]);
  });

  test.each([
    ['no KeySchema', { ...valid, KeySchema: undefined }, ": must have required property 'KeySchema'"],
    ['an unknown field', { ...valid, TimeToLive: 'ttl' }, ': must NOT have additional properties'],
    ['a wrong type', { ...valid, DeletionProtectionEnabled: 'yes' }, '/DeletionProtectionEnabled: must be boolean'],
    [
      'an unknown attribute type',
      { ...valid, AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'String' }] },
      '/AttributeDefinitions/0/AttributeType: must be equal to one of the allowed values',
    ],
    [
      'INCLUDE without attributes',
      { ...valid, GlobalSecondaryIndexes: [{ ...index, Projection: { ProjectionType: 'INCLUDE' } }] },
      "/GlobalSecondaryIndexes/0/Projection: must have required property 'NonKeyAttributes'",
    ],
    [
      'attributes without INCLUDE',
      { ...valid, GlobalSecondaryIndexes: [{ ...index, Projection: { ProjectionType: 'ALL', NonKeyAttributes: ['a'] } }] },
      '/GlobalSecondaryIndexes/0/Projection/NonKeyAttributes: boolean schema is false',
    ],
    [
      'a local index without a sort key',
      { ...valid, LocalSecondaryIndexes: [index] },
      '/LocalSecondaryIndexes/0/KeySchema: must NOT have fewer than 2 items',
    ],
    ['a name with a space', { ...valid, TableName: 'a b' }, '/TableName: must match pattern "^[A-Za-z0-9_.-]+$"'],
  ])('fails for %s', (_case, value, expected) => {
    expect(refusals(isCreateTable, JSON.parse(JSON.stringify(value)))).toContain(expected);
  });
});
