import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import {
  App,
  Aws,
  CfnElement,
  CfnParameter,
  CfnResource,
  Fn,
  NestedStack,
  RemovalPolicy,
  Stack,
  Stage,
  Tags,
} from 'aws-cdk-lib/core';
import {
  AttributeType,
  Billing,
  Capacity,
  CfnGlobalTable,
  ContributorInsightsMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableClass,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { AccountPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { IdentityTablesError } from '../../lib/errors';
import { isReplicated, isUnresolved, tableStatesOfAssembly, type TableState } from '../../lib/state';
import { bareTable } from './bare-table';

const id = { name: 'id', type: AttributeType.STRING };
const pitr = (days?: number) => ({ pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: days });
const ACCOUNT = '111122223333';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'assembly-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function statesOf(
  build: (app: App) => void,
  defaults: { account: string; region?: string } = { account: '000000000000' },
): TableState[] {
  const app = new App({ outdir: directory, analyticsReporting: false });
  build(app);
  app.synth();
  return tableStatesOfAssembly(directory, { region: undefined, ...defaults });
}

function problemsOf(run: () => unknown): readonly { code: string; what: string }[] {
  try {
    run();
  } catch (error) {
    return (error as IdentityTablesError).problems;
  }
  throw new Error('nothing was thrown');
}

/** The logical id that CDK gives to the table, known once the app has been built. */
function logicalId(table: TableV2 | Table): string {
  return Stack.of(table).resolve((table.node.defaultChild as CfnElement).logicalId) as string;
}

/** What a bare, on-demand TableV2 with the key `id` is in the region of its stack. */
function tableOf(tableName: string, stackName: string, logicalId: string, region: string): TableState {
  const owner = { kind: 'stack', stackName, logicalId, deletionPolicy: 'Retain' } as const;
  return bareTable({ tableName, region, owner, account: ACCOUNT });
}

describe('tableStatesOfAssembly', () => {
  test('gives one state for each replica, with the settings of that replica', () => {
    let table!: TableV2;
    const states = statesOf((app) => {
      const stack = new Stack(app, 'Identity', { env: { account: ACCOUNT, region: 'eu-central-1' } });
      table = new TableV2(stack, 'Sessions', {
        tableName: 'prod-sessions',
        partitionKey: id,
        sortKey: { name: 'at', type: AttributeType.NUMBER },
        timeToLiveAttribute: 'expires',
        deletionProtection: true,
        removalPolicy: RemovalPolicy.DESTROY,
        pointInTimeRecoverySpecification: pitr(),
        globalSecondaryIndexes: [
          { indexName: 'user-index', partitionKey: { name: 'user', type: AttributeType.STRING } },
          {
            indexName: 'token-index',
            partitionKey: { name: 'token', type: AttributeType.BINARY },
            sortKey: { name: 'at', type: AttributeType.NUMBER },
            projectionType: ProjectionType.INCLUDE,
            nonKeyAttributes: ['scope', 'client'],
          },
        ],
        localSecondaryIndexes: [
          {
            indexName: 'state-index',
            sortKey: { name: 'state', type: AttributeType.STRING },
            projectionType: ProjectionType.KEYS_ONLY,
          },
        ],
        replicas: [
          {
            region: 'us-east-1',
            pointInTimeRecoverySpecification: pitr(7),
            deletionProtection: false,
            tableClass: TableClass.STANDARD_INFREQUENT_ACCESS,
            contributorInsightsSpecification: { enabled: true },
          },
        ],
      });
      Tags.of(table).add('owner', 'identity');
    });

    const schema = {
      tableName: 'prod-sessions',
      partitionKey: { name: 'id', type: 'S' },
      sortKey: { name: 'at', type: 'N' },
      globalIndexes: [
        {
          indexName: 'token-index',
          partitionKeys: [{ name: 'token', type: 'B' }],
          sortKeys: [{ name: 'at', type: 'N' }],
          projectionType: 'INCLUDE',
          nonKeyAttributes: ['client', 'scope'],
        },
        {
          indexName: 'user-index',
          partitionKeys: [{ name: 'user', type: 'S' }],
          sortKeys: [],
          projectionType: 'ALL',
          nonKeyAttributes: [],
        },
      ],
      localIndexes: [
        {
          indexName: 'state-index',
          partitionKeys: [{ name: 'id', type: 'S' }],
          sortKeys: [{ name: 'state', type: 'S' }],
          projectionType: 'KEYS_ONLY',
          nonKeyAttributes: [],
        },
      ],
    };
    const both = {
      tableName: 'prod-sessions',
      account: ACCOUNT,
      schema,
      billing: { mode: 'PAY_PER_REQUEST', table: {}, indexes: {} },
      stream: 'NEW_AND_OLD_IMAGES',
      timeToLive: { enabled: true, attribute: 'expires' },
      encryption: { key: 'AWS_OWNED' },
      tags: { owner: 'identity' },
      replicaRegions: ['eu-central-1', 'us-east-1'],
      consistency: 'EVENTUAL',
    };
    expect(states).toEqual([
      {
        ...both,
        region: 'eu-central-1',
        owner: { kind: 'stack', stackName: 'Identity', logicalId: logicalId(table), deletionPolicy: 'Delete' },
        pointInTimeRecovery: { enabled: true, days: 35 },
        deletionProtection: true,
        tableClass: 'STANDARD',
        contributorInsights: { enabled: false, indexes: [] },
      },
      {
        ...both,
        region: 'us-east-1',
        owner: { kind: 'replica', primaryRegion: 'eu-central-1' },
        pointInTimeRecovery: { enabled: true, days: 7 },
        deletionProtection: false,
        tableClass: 'STANDARD_INFREQUENT_ACCESS',
        contributorInsights: { enabled: true, indexes: [] },
      },
    ]);
    expect(states.map(isReplicated)).toEqual([true, true]);
  });

  test('reads throughput: fixed, scaled and limited, of tables and indexes', () => {
    const [scaled, limited] = statesOf((app) => {
      const stack = new Stack(app, 'Identity', { env: { account: ACCOUNT, region: 'eu-central-1' } });
      new TableV2(stack, 'Scaled', {
        tableName: 'a-scaled',
        partitionKey: id,
        billing: Billing.provisioned({
          readCapacity: Capacity.fixed(10),
          writeCapacity: Capacity.autoscaled({ minCapacity: 2, maxCapacity: 20, targetUtilizationPercent: 60 }),
        }),
        globalSecondaryIndexes: [
          {
            indexName: 'user-index',
            partitionKey: { name: 'user', type: AttributeType.STRING },
            readCapacity: Capacity.fixed(3),
          },
        ],
      });
      new TableV2(stack, 'Limited', {
        tableName: 'b-limited',
        partitionKey: id,
        billing: Billing.onDemand({ maxReadRequestUnits: 100, maxWriteRequestUnits: 50 }),
      });
    });
    const write = { min: 2, max: 20, targetUtilization: 60 };
    expect(scaled.billing).toEqual({
      mode: 'PROVISIONED',
      table: { read: { min: 10, max: 10 }, write },
      indexes: { 'user-index': { read: { min: 3, max: 3 }, write } },
    });
    expect(limited.billing).toEqual({
      mode: 'PAY_PER_REQUEST',
      table: { maxReadRequestUnits: 100, maxWriteRequestUnits: 50 },
      indexes: {},
    });
  });

  test('keeps a customer key and a resource policy, each per region', () => {
    const [frankfurt, virginia] = statesOf((app) => {
      const stack = new Stack(app, 'Identity', { env: { account: ACCOUNT, region: 'eu-central-1' } });
      new TableV2(stack, 'Clients', {
        tableName: 'clients',
        partitionKey: id,
        encryption: TableEncryptionV2.customerManagedKey(new Key(stack, 'Key'), {
          'us-east-1': `arn:aws:kms:us-east-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`,
        }),
        resourcePolicy: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['dynamodb:GetItem'],
              resources: ['*'],
              principals: [new AccountPrincipal('444455556666')],
            }),
          ],
        }),
        replicas: [{ region: 'us-east-1' }],
      });
    });
    expect(frankfurt.encryption.key).toBe('CUSTOMER_MANAGED');
    expect(frankfurt.encryption.keyId).toBe('unresolved:{"Fn::GetAtt":["Key961B73FD","Arn"]}');
    expect(isUnresolved(frankfurt.encryption.keyId ?? '')).toBe(true);
    expect(virginia.encryption).toEqual({
      key: 'CUSTOMER_MANAGED',
      keyId: `arn:aws:kms:us-east-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`,
    });
    expect(frankfurt.resourcePolicy).toEqual({
      Version: '2012-10-17',
      Statement: [
        { Action: 'dynamodb:GetItem', Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::444455556666:root' }, Resource: '*' },
      ],
    });
  });

  test('puts a stack without env into the default account and region', () => {
    let named!: TableV2;
    let unnamed!: TableV2;
    const states = statesOf(
      (app) => {
        const stack = new Stack(app, 'Anywhere');
        named = new TableV2(stack, 'Named', { tableName: `sessions-${Aws.REGION}-${Aws.ACCOUNT_ID}`, partitionKey: id });
        unnamed = new TableV2(stack, 'Unnamed', { partitionKey: id });
      },
      { account: ACCOUNT, region: 'eu-west-3' },
    );
    expect(states).toEqual([
      // The name that CloudFormation makes up begins like this.
      tableOf(`Anywhere-${logicalId(unnamed)}`, 'Anywhere', logicalId(unnamed), 'eu-west-3'),
      tableOf(`sessions-eu-west-3-${ACCOUNT}`, 'Anywhere', logicalId(named), 'eu-west-3'),
    ]);
  });

  test('reads nested stages and nested stacks, and passes parameters on', () => {
    let own!: TableV2;
    const states = statesOf((app) => {
      const env = { account: ACCOUNT, region: 'eu-west-1' };
      const prod = new Stage(new Stage(app, 'Prod', { env }), 'Inner');
      const stack = new Stack(prod, 'Identity');
      const name = new CfnParameter(stack, 'Name', { default: 'from-parameter' });
      const nested = new NestedStack(stack, 'Nested');
      new TableV2(nested, 'Given', { tableName: name.valueAsString, partitionKey: id });
      own = new TableV2(nested, 'Own', { partitionKey: id });
      new TableV2(new Stack(app, 'Other', { env: { ...env, region: 'eu-west-2' } }), 'Top', {
        tableName: 'top',
        partitionKey: id,
      });
    });
    const nestedStack = 'Prod-Inner-Identity-NestedNestedStackNestedNestedStackResourceDEFDAA4D';
    expect(states.map(({ tableName, region, owner }) => [tableName, region, owner.kind === 'stack' && owner.stackName])).toEqual([
      [`${nestedStack}-${logicalId(own)}`, 'eu-west-1', nestedStack],
      ['from-parameter', 'eu-west-1', nestedStack],
      ['top', 'eu-west-2', 'Other'],
    ]);
  });

  test('reads AWS::DynamoDB::Table and tables of the first construct level', () => {
    let v1!: Table;
    const states = statesOf((app) => {
      const stack = new Stack(app, 'Old', { env: { account: ACCOUNT, region: 'cn-north-1' } });
      v1 = new Table(stack, 'V1', {
        tableName: 'a-v1',
        partitionKey: id,
        stream: StreamViewType.KEYS_ONLY,
        timeToLiveAttribute: 'ttl',
        pointInTimeRecoverySpecification: pitr(14),
        readCapacity: 7,
        writeCapacity: 8,
      });
      new CfnGlobalTable(stack, 'L1', {
        tableName: `b-${Aws.PARTITION}-${Aws.URL_SUFFIX}-${Aws.STACK_NAME}`,
        billingMode: 'PAY_PER_REQUEST',
        attributeDefinitions: [{ attributeName: 'id', attributeType: 'S' }],
        keySchema: [{ attributeName: 'id', keyType: 'HASH' }],
        timeToLiveSpecification: { attributeName: 'ttl', enabled: false },
        replicas: [{ region: 'cn-north-1' }],
      });
    });
    expect(states).toEqual([
      {
        ...tableOf('a-v1', 'Old', logicalId(v1), 'cn-north-1'),
        billing: { mode: 'PROVISIONED', table: { read: { min: 7, max: 7 }, write: { min: 8, max: 8 } }, indexes: {} },
        stream: 'KEYS_ONLY',
        timeToLive: { enabled: true, attribute: 'ttl' },
        pointInTimeRecovery: { enabled: true, days: 14 },
      },
      // Disabled with a remembered attribute is disabled.
      {
        ...tableOf('b-aws-cn-amazonaws.com.cn-Old', 'Old', 'L1', 'cn-north-1'),
        owner: { kind: 'stack', stackName: 'Old', logicalId: 'L1', deletionPolicy: 'Delete' },
      },
    ]);
  });

  test('resolves Fn::Sub and keeps what it cannot resolve', () => {
    const states = statesOf((app) => {
      const stack = new Stack(app, 'Identity', { env: { account: ACCOUNT, region: 'eu-west-1' } });
      const table = (id: string, name: string): void => {
        new CfnGlobalTable(stack, id, {
          tableName: name,
          billingMode: 'PAY_PER_REQUEST',
          attributeDefinitions: [{ attributeName: 'id', attributeType: 'S' }],
          keySchema: [{ attributeName: 'id', keyType: 'HASH' }],
          timeToLiveSpecification: { enabled: true, attributeName: Fn.sub('at-${!Kept}') },
          replicas: [{ region: Fn.sub('${AWS::Region}') }],
        });
      };
      table('A', Fn.sub('a-${AWS::StackName}-${Own}', { Own: Aws.ACCOUNT_ID }));
      table('B', Fn.sub('b-${Missing}'));
      table('C', `c-${Fn.importValue('elsewhere')}`);
    });
    expect(states.map(({ tableName, region }) => [tableName, region])).toEqual([
      [`a-Identity-${ACCOUNT}`, 'eu-west-1'],
      ['b-unresolved:{"Ref":"Missing"}', 'eu-west-1'],
      ['c-unresolved:{"Fn::ImportValue":"elsewhere"}', 'eu-west-1'],
    ]);
    expect(states[0].timeToLive).toEqual({ enabled: true, attribute: 'at-${Kept}' });
  });

  test('reads contributor insights of a table and of its indexes', () => {
    const [state] = statesOf((app) => {
      const stack = new Stack(app, 'Identity', { env: { account: ACCOUNT, region: 'eu-west-1' } });
      const table = new TableV2(stack, 'T', {
        tableName: 'clients',
        partitionKey: id,
        contributorInsightsSpecification: { enabled: true, mode: ContributorInsightsMode.THROTTLED_KEYS },
        globalSecondaryIndexes: ['a-index', 'b-index'].map((indexName) => ({
          indexName,
          partitionKey: { name: 'user', type: AttributeType.STRING },
        })),
      });
      const path = 'Replicas.0.GlobalSecondaryIndexes.1';
      (table.node.defaultChild as CfnGlobalTable).addPropertyOverride(path, {
        IndexName: 'b-index',
        ContributorInsightsSpecification: { Enabled: false },
      });
    });
    expect(state.contributorInsights).toEqual({ enabled: true, mode: 'THROTTLED_KEYS', indexes: ['a-index'] });
  });

  test.each(['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table'])(
    'reads the mode of insights that only indexes have: %s',
    (type) => {
      const insights = (Mode?: string) => ({
        ContributorInsightsSpecification: { Enabled: true, ...(Mode !== undefined && { Mode }) },
      });
      const indexes = [
        { IndexName: 'a-index', ...insights('THROTTLED_KEYS') },
        { IndexName: 'b-index', ...insights() },
        { IndexName: 'c-index', ContributorInsightsSpecification: { Enabled: false, Mode: 'THROTTLED_KEYS' } },
      ];
      const key = { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], Projection: { ProjectionType: 'ALL' } };
      const isGlobal = type === 'AWS::DynamoDB::GlobalTable';
      const [state] = statesOf((app) => {
        const stack = new Stack(app, 'Identity', { env: { account: ACCOUNT, region: 'eu-west-1' } });
        new CfnResource(stack, 'T', {
          type,
          properties: {
            TableName: 'clients',
            AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
            KeySchema: key.KeySchema,
            BillingMode: 'PAY_PER_REQUEST',
            GlobalSecondaryIndexes: indexes.map(({ IndexName, ...rest }) => ({ IndexName, ...key, ...(isGlobal ? {} : rest) })),
            ...(isGlobal && { Replicas: [{ Region: 'eu-west-1', GlobalSecondaryIndexes: indexes }] }),
          },
        });
      });
      expect(state.contributorInsights).toEqual({
        enabled: false,
        mode: 'THROTTLED_KEYS',
        indexes: ['a-index', 'b-index'],
        indexModes: { 'b-index': 'ACCESSED_AND_THROTTLED_KEYS' },
      });
    },
  );

  test('marks a name that only CloudFormation knows', () => {
    const [state] = statesOf((app) => {
      const stack = new Stack(app, 'Identity', { env: { account: ACCOUNT, region: 'eu-west-1' } });
      new TableV2(stack, 'T', { tableName: `x-${new CfnParameter(stack, 'Suffix').valueAsString}`, partitionKey: id });
    });
    expect(state.tableName).toBe('x-unresolved:{"Ref":"Suffix"}');
    expect(isUnresolved(state.tableName)).toBe(true);
  });

  test('fails for a stack without region when there is no default', () => {
    const [problem, ...others] = problemsOf(() =>
      statesOf((app) => new TableV2(new Stack(app, 'Anywhere'), 'T', { partitionKey: id })),
    );
    expect(problem).toMatchObject({ code: 'IDT0706', what: "the region of stack 'Anywhere', which has tables, is not known" });
    expect(others).toEqual([]);
  });

  test('fails for a directory that is no assembly, and for a broken file', () => {
    const defaults = { account: ACCOUNT, region: 'eu-west-1' };
    expect(problemsOf(() => tableStatesOfAssembly(path.join(directory, 'nowhere'), defaults))).toMatchObject([
      {
        code: 'IDT0704',
        what: 'this is not a complete cloud assembly',
        given: `no file ${path.join(directory, 'nowhere', 'manifest.json')}`,
      },
    ]);
    writeFileSync(path.join(directory, 'manifest.json'), '{ "artifacts": ');
    expect(problemsOf(() => tableStatesOfAssembly(directory, defaults))).toMatchObject([
      { code: 'IDT0704', what: `a file of the cloud assembly cannot be read: ${path.join(directory, 'manifest.json')}` },
    ]);
  });

  test('fails for an assembly of a newer version, that of a stage too, and reads one without a version', () => {
    const [state] = statesOf((app) => {
      const stage = new Stage(app, 'Prod', { env: { account: ACCOUNT, region: 'eu-west-1' } });
      new TableV2(new Stack(stage, 'Identity'), 'T', { tableName: 'clients', partitionKey: id });
    });
    const file = path.join(directory, 'assembly-Prod', 'manifest.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as object;
    const read = () => tableStatesOfAssembly(directory, { account: ACCOUNT, region: undefined });
    writeFileSync(file, JSON.stringify({ ...manifest, version: '999.0.0' }));
    expect(problemsOf(read)).toMatchObject([
      {
        code: 'IDT0721',
        what: 'the cloud assembly is of a newer version than can be read here',
        given: `version 999.0.0 in ${file}`,
        allowed: 'versions up to 55, the newest of the aws-cdk-lib that is installed beside this package',
      },
    ]);
    writeFileSync(file, JSON.stringify({ ...manifest, version: undefined }));
    expect(read()).toEqual([state]);
  });

  test('fails with every table whose keys cannot be read', () => {
    const problems = problemsOf(() =>
      statesOf((app) => {
        const stack = new Stack(app, 'Identity', { env: { account: ACCOUNT, region: 'eu-west-1' } });
        for (const name of ['first', 'second']) {
          new CfnGlobalTable(stack, name, {
            tableName: name,
            attributeDefinitions: [{ attributeName: 'key', attributeType: 'S' }],
            keySchema: [{ attributeName: 'id', keyType: 'HASH' }],
            replicas: [{ region: 'eu-west-1' }],
          });
        }
      }),
    );
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['IDT0407']));
    expect(problems.map(({ what }) => what.split(':')[0])).toEqual(
      expect.arrayContaining(['stack Identity, table first', 'stack Identity, table second']),
    );
  });
});
