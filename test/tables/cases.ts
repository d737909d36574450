import { App } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { Connect2idEdition, Connect2idMode, IdentityServer, IdentityTablesStacks, Replication } from '../../lib';
import type { TemplateJson } from './snapshot';

/** Each server with the options that change its tables. */
export const SERVERS: Record<string, IdentityServer> = {
  'connect2id 18.0': IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true }),
  'connect2id 18.0 with tid and session time to live': IdentityServer.connect2id({
    version: '18.0',
    acceptAssumedSchema: true,
    applyRangeKey: true,
    sessionTimeToLive: true,
  }),
  'connect2id 18.0 multi-tenant': IdentityServer.connect2id({
    version: '18.0',
    edition: Connect2idEdition.MULTI_TENANT,
    acceptAssumedSchema: true,
  }),
  'connect2id 18.0 stateless-redis': IdentityServer.connect2id({
    version: '18.0',
    mode: Connect2idMode.STATELESS_REDIS,
    acceptAssumedSchema: true,
  }),
  'connect2id 17.0': IdentityServer.connect2id({ version: '17.0', acceptAssumedSchema: true }),
  'connect2id 14.0': IdentityServer.connect2id({ version: '14.0', acceptAssumedSchema: true }),
  'curity 11.0': IdentityServer.curity({ version: '11.0', lastModifiedTagIndex: true }),
  'curity 9.3': IdentityServer.curity({ version: '9.3' }),
  'curity 8.7': IdentityServer.curity({ version: '8.7' }),
  'curity 8.0': IdentityServer.curity({ version: '8.0' }),
  'curity 7.4': IdentityServer.curity({ version: '7.4' }),
  'connect-dynamodb': IdentityServer.connectDynamoDb(),
};

/** Each preset. */
export const PRESETS = {
  none: () => Replication.none(),
  'absolute-minimal': () => Replication.absoluteMinimal(),
  minimal: () => Replication.minimal(),
  full: () => Replication.full(),
};

export type PresetName = keyof typeof PRESETS;

export const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];

/** The replica regions of one and of three regions. */
export const REPLICA_REGIONS = { one: [], three: ['us-east-1', 'ap-southeast-2'] };

/** The templates of a set, with their regions, the primary first. */
export function templates(server: IdentityServer, preset: PresetName, replicaRegions: string[]): [string, TemplateJson][] {
  const set = new IdentityTablesStacks(new App(), 'Identity', {
    server,
    primaryRegion: 'eu-central-1',
    replicaRegions,
    replication: PRESETS[preset](),
  });
  return set.stacks.map((stack) => [stack.region, Template.fromStack(stack).toJSON() as TemplateJson]);
}
