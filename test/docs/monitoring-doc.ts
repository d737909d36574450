import * as fs from 'fs';
import * as path from 'path';
import { App } from 'aws-cdk-lib/core';
import { IdentityServer, IdentityTablesMonitoring, IdentityTablesStacks } from '../../lib';
import { alarmsOf } from '../monitoring/alarms';
import { PRESET_NAMES, PRESETS } from '../tables/cases';
import { markdownTable } from './section';

interface Prices {
  readonly sources: { readonly [source: string]: string };
  readonly cloudWatch: { readonly standardAlarmMonth: { readonly price: number; readonly source: string } };
}

export const PRICES = JSON.parse(fs.readFileSync(path.join(__dirname, '..', '..', 'schemas', 'prices.json'), 'utf8')) as Prices;

const SERVERS: [string, IdentityServer][] = [
  ['Connect2id 18.0, stateless', IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true })],
  ['Curity 11.0', IdentityServer.curity({ version: '11.0' })],
  ['connect-dynamodb', IdentityServer.connectDynamoDb()],
];

const REPLICA_REGIONS = ['us-east-1', 'ap-southeast-2'];

/** What the monitoring of one of three regions is made of. */
export interface MonitoringCost {
  readonly server: string;
  readonly preset: string;
  readonly alarms: number;
  readonly metrics: number;
}

export function monitoringCosts(): MonitoringCost[] {
  return SERVERS.flatMap(([title, server]) =>
    PRESET_NAMES.map((preset) => {
      const set = new IdentityTablesStacks(new App(), 'Identity', {
        server,
        primaryRegion: 'eu-central-1',
        replicaRegions: REPLICA_REGIONS,
        replication: PRESETS[preset](),
      });
      const [stack] = set.stacks;
      new IdentityTablesMonitoring(stack, 'Monitoring', { tables: set.primary });
      const alarms = alarmsOf(stack);
      return { server: title, preset, alarms: alarms.length, metrics: alarms.flatMap(({ metrics }) => metrics).length };
    }),
  );
}

/** The generated section of docs/monitoring.md. */
export function costSection(costs: readonly MonitoringCost[]): string {
  const { price, source } = PRICES.cloudWatch.standardAlarmMonth;
  const usd = (count: number) => (count * price).toFixed(2);
  const regions = REPLICA_REGIONS.length + 1;
  return [
    `Three regions, each with its monitoring; USD a month, at ${price.toFixed(2)} for a standard alarm (${PRICES.sources[source]}).\n`,
    '\n',
    markdownTable(
      [
        'server',
        'preset',
        'alarms a region',
        'metrics in them',
        'a region, by alarm',
        'a region, by metric',
        'three regions, by alarm',
        'three regions, by metric',
      ],
      costs.map(({ server, preset, alarms, metrics }) => [
        server,
        preset,
        `${alarms}`,
        `${metrics}`,
        usd(alarms),
        usd(metrics),
        usd(alarms * regions),
        usd(metrics * regions),
      ]),
    ),
  ].join('');
}
