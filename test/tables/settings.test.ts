import { App, Aws, Stack } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { Billing, Capacity, TableClass, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import * as fc from 'fast-check';
import { IdentityServer, IdentityTablesStacks, Protection, Replication, type IdentityTablesProps } from '../../lib';
import { IdentityTablesError } from '../../lib/errors';
import { tablesOf, type TemplateJson } from './snapshot';

const EU = 'eu-central-1';
const REPLICAS = ['us-east-1', 'ap-southeast-2'];

type Options = Omit<IdentityTablesProps, 'server'> & { server?: IdentityServer };

function primaryTemplate(options: Options): TemplateJson {
  const set = new IdentityTablesStacks(new App(), 'Identity', {
    server: IdentityServer.curity({ version: '11.0' }),
    primaryRegion: EU,
    replicaRegions: REPLICAS,
    ...options,
  });
  return Template.fromStack(Stack.of(set.primary)).toJSON();
}

/** What makes CloudFormation replace a table: its logical id, type, name, keys and local indexes. */
function identity(template: TemplateJson): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(template.Resources ?? {}).map(([id, { Type, Properties }]) => [
      id,
      { Type, name: Properties.TableName, keys: Properties.KeySchema, local: Properties.LocalSecondaryIndexes },
    ]),
  );
}

/** Every setting that can be changed on a running set, each with its values. */
const SETTINGS: Record<string, Options[]> = {
  replication: [Replication.none(), Replication.absoluteMinimal(), Replication.minimal(), Replication.full()].map(
    (replication) => ({
      replication,
    }),
  ),
  replicaRegions: [[], ['us-east-1'], REPLICAS].map((replicaRegions) => ({ replicaRegions })),
  protection: [Protection.production(), Protection.development()].map((protection) => ({ protection })),
  billing: [
    Billing.onDemand(),
    Billing.provisioned({ readCapacity: Capacity.fixed(5), writeCapacity: Capacity.autoscaled({ maxCapacity: 10 }) }),
  ].map((billing) => ({ billing })),
  encryption: [TableEncryption.DEFAULT, TableEncryption.AWS_MANAGED, TableEncryption.CUSTOMER_MANAGED].map((encryption) => ({
    encryption,
  })),
  overrides: [
    {},
    { timeToLiveAttribute: '' },
    { pointInTimeRecovery: false, deletionProtection: false },
    { tableClass: TableClass.STANDARD_INFREQUENT_ACCESS, contributorInsights: true },
  ].map((override) => ({ tableOverrides: { 'curity-tokens': override } })),
  server: ['7.4', '8.0', '8.7', '9.3', '11.0'].map((version) => ({ server: IdentityServer.curity({ version }) })),
};

describe('no setting replaces a table', () => {
  const names = Object.keys(SETTINGS);
  const pairs = names.flatMap((first, i) => names.slice(i + 1).map((second) => [first, second] as const));
  const newest = identity(primaryTemplate({}));

  test.each(pairs)('%s with %s', (first, second) => {
    for (const a of SETTINGS[first]) {
      for (const b of SETTINGS[second]) {
        for (const [id, table] of Object.entries(identity(primaryTemplate({ ...a, ...b })))) {
          expect({ id, table }).toEqual({ id, table: newest[id] });
        }
      }
    }
  });

  test('but a prefix does, and the range key', () => {
    expect(identity(primaryTemplate({ tablePrefix: 'p-' }))).not.toEqual(newest);
    const connect2id = (applyRangeKey: boolean) =>
      identity(
        primaryTemplate({ server: IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true, applyRangeKey }) }),
      );
    expect(connect2id(true)).not.toEqual(connect2id(false));
  });
});

describe('any input', () => {
  const region = fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom('us-east-1', 'us-west-2', 'eu-west-1', 'ap-southeast-2', EU) },
    { weight: 1, arbitrary: fc.constantFrom('eu-westt-1', 'cn-north-1', 'ap-northeast-3', 'mars-north-1', '', Aws.REGION) },
  );
  const server = fc.constantFrom(
    () => IdentityServer.connectDynamoDb(),
    () => IdentityServer.curity({ version: '8.7' }),
    () => IdentityServer.curity({ version: '11.0', tables: ['curity-tokens', 'curity-devices'] }),
    () => IdentityServer.connect2id({ version: '16.0', acceptAssumedSchema: true }),
  );
  const replication = fc.constantFrom(
    undefined,
    () => Replication.none(),
    () => Replication.absoluteMinimal({ excludeTables: ['clients'] }),
    () => Replication.minimal({ excludeTables: ['id_access_tokens'] }),
    () => Replication.full(),
    () => Replication.ofTables(['curity-tokens']),
  );
  const options = fc.record({
    server,
    replication,
    primaryRegion: region,
    replicaRegions: fc.oneof(
      { weight: 4, arbitrary: fc.uniqueArray(region, { maxLength: 3 }) },
      { weight: 1, arbitrary: fc.array(region, { maxLength: 3 }) },
    ),
    tablePrefix: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('', 'prod-') },
      { weight: 1, arbitrary: fc.oneof(fc.constant('a'.repeat(228)), fc.string({ maxLength: 6 })) },
    ),
    development: fc.boolean(),
    attribute: fc.constantFrom(undefined, undefined, undefined, '', 'expires', 'id'),
  });

  test('gives every region every table exactly once, or an error with codes', () => {
    let made = 0;
    let refused = 0;
    fc.assert(
      fc.property(options, (input) => {
        try {
          const set = new IdentityTablesStacks(new App(), 'Identity', {
            server: input.server(),
            replication: input.replication?.(),
            primaryRegion: input.primaryRegion,
            replicaRegions: input.replicaRegions,
            tablePrefix: input.tablePrefix,
            protection: input.development ? Protection.development() : undefined,
            tableOverrides: input.attribute === undefined ? undefined : { sessions: { timeToLiveAttribute: input.attribute } },
          });
          const places = set.stacks.flatMap((stack) =>
            Object.values(tablesOf(Template.fromStack(stack).toJSON() as TemplateJson)).flatMap(({ Properties }) =>
              Properties.Replicas.map((replica) => `${replica.Region} ${Properties.TableName}`),
            ),
          );
          const expected = set.primary.regions.flatMap((each) =>
            set.primary.tableNames.map((name) => `${each} ${input.tablePrefix}${name}`),
          );
          expect(places.sort()).toEqual(expected.sort());
          made++;
        } catch (error) {
          if (!(error instanceof IdentityTablesError)) {
            throw error;
          }
          for (const problem of error.problems) {
            expect(problem.what).not.toMatch(/undefined|\[object/);
            expect(problem.fix).not.toBe('');
          }
          refused++;
        }
      }),
      { numRuns: 150 },
    );
    expect(made).toBeGreaterThan(10);
    expect(refused).toBeGreaterThan(10);
  });
});
