import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib/core';
import * as fc from 'fast-check';
import { IdentityServer, IdentityTables, IdentityTablesMonitoring } from '../../lib';
import { inGroups } from '../../lib/monitoring/groups';
import { PRESETS, PRESET_NAMES } from '../tables/cases';
import { alarmsOf, AP, EU, US } from './alarms';

test('groups are few, even and complete', () => {
  expect(inGroups([], 10)).toEqual([]);
  expect(inGroups([1, 2, 3], 10)).toEqual([[1, 2, 3]]);
  expect(inGroups([1, 2, 3, 4], 3)).toEqual([
    [1, 2],
    [3, 4],
  ]);
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 12 }), (list, size) => {
      const groups = inGroups(list, size);
      expect(groups.flat()).toEqual(list);
      expect(groups).toHaveLength(Math.ceil(list.length / size));
      expect(groups.every((group) => group.length >= 1 && group.length <= size)).toBe(true);
    }),
  );
});

describe('any server of a schema directory', () => {
  const table = fc.record({
    indexes: fc.integer({ min: 0, max: 20 }),
    nameLength: fc.integer({ min: 3, max: 200 }),
    dataClass: fc.constantFrom('durable', 'recoverable', 'transient'),
    preset: fc.constantFrom('absolute-minimal', 'minimal', 'full'),
    hasTimeToLive: fc.boolean(),
    data: fc.subarray(['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'], {
      minLength: 1,
    }),
  });

  type RandomTable = typeof table extends fc.Arbitrary<infer T> ? T : never;

  function write(directory: string, tables: RandomTable[]): void {
    const profiles: Record<string, object> = {};
    tables.forEach(({ indexes, nameLength, data, ...profile }, i) => {
      const name = `t${i}`.padEnd(nameLength, 'x');
      const attributes = ['id', ...Array.from({ length: indexes }, (_, n) => `key${n}`)];
      const file = {
        TableName: name,
        AttributeDefinitions: attributes.map((attribute) => ({ AttributeName: attribute, AttributeType: 'S' })),
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        GlobalSecondaryIndexes: attributes.slice(1).map((attribute) => ({
          IndexName: `${attribute}-index`,
          KeySchema: [{ AttributeName: attribute, KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        })),
      };
      fs.writeFileSync(
        path.join(directory, `create-table-${i}.json`),
        JSON.stringify({ ...file, ...(indexes === 0 ? { GlobalSecondaryIndexes: undefined } : {}) }),
      );
      profiles[name] = {
        dataClass: profile.dataClass,
        preset: profile.preset,
        runtime: { data, describe: [], manage: [], indexQueries: 'all' },
        ...(profile.hasTimeToLive ? { timeToLive: { attribute: 'ttl', use: 'always' } } : {}),
      };
    });
    fs.writeFileSync(path.join(directory, 'server.json'), JSON.stringify({ server: 'random', tables: profiles }));
  }

  test('no alarm has more than ten metrics or a description that is too long, and every table and index is watched', () => {
    fc.assert(
      fc.property(
        fc.array(table, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(...PRESET_NAMES),
        fc.subarray([US, AP, 'eu-west-1']),
        (tables, preset, replicaRegions) => {
          const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'random-server-'));
          try {
            write(directory, tables);
            const stack = new Stack(new App(), 'Stack', { env: { region: EU } });
            const set = new IdentityTables(stack, 'IdentityTables', {
              server: IdentityServer.fromSchemaDirectory(directory),
              replicaRegions,
              replication: PRESETS[preset](),
            });
            new IdentityTablesMonitoring(stack, 'Monitoring', { tables: set });
            const found = alarmsOf(stack);
            const metrics = found.flatMap((alarm) => alarm.metrics);
            expect(Math.max(...found.map((alarm) => alarm.metrics.length))).toBeLessThanOrEqual(10);
            expect(Math.max(...found.map((alarm) => alarm.AlarmDescription.length))).toBeLessThanOrEqual(1024);
            expect(new Set(metrics).size).toBe(metrics.length);
            const indexes = tables.reduce((sum, { indexes: count }) => sum + count, 0);
            expect(metrics.filter((metric) => metric.startsWith('WriteThrottle'))).toHaveLength(tables.length + indexes);
            const replicated = tables.filter(
              ({ preset: smallest }) =>
                PRESET_NAMES.indexOf(smallest as (typeof PRESET_NAMES)[number]) <= PRESET_NAMES.indexOf(preset),
            ).length;
            expect(metrics.filter((metric) => metric.startsWith('ReplicationLatency'))).toHaveLength(
              replicated * replicaRegions.length,
            );
            const withErrors = new Set(
              metrics.filter((metric) => metric.startsWith('SystemErrors')).map((metric) => metric.split('TableName=')[1]),
            );
            expect(withErrors.size).toBe(tables.length);
          } finally {
            fs.rmSync(directory, { recursive: true });
          }
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});
