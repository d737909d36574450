import { Token } from 'aws-cdk-lib/core';
import type { Billing } from 'aws-cdk-lib/aws-dynamodb';
import { didYouMean, fail, quoted, type Problems } from '../errors';
import { keyAttributes } from '../schema';
import type { IdentityServer, Notice, ServerDefinition, ServerTable } from '../servers';
import { checkEncryption, type EncryptionOptions } from './encryption';
import { checkNames } from './names';
import { Protection } from './protection';
import { checkRegionList, checkRegions, type Regions } from './regions';
import { Replication, type ResolvedReplication } from './replication';
import { replicationNotices } from './replication-notices';
import type { TableOverride } from './table-override';

/** What a set is made of, before its region is known. */
export interface TableSetProps extends EncryptionOptions {
  readonly server: IdentityServer;
  readonly replicaRegions?: string[];
  readonly replication?: Replication;
  readonly tablePrefix?: string;
  readonly protection?: Protection;
  readonly billing?: Billing;
  readonly tableOverrides?: { readonly [baseName: string]: TableOverride };
}

/** A checked set: the one model that the constructs of every region are made from. */
export interface TableSet extends Regions, EncryptionOptions {
  readonly server: ServerDefinition;
  readonly replication: ResolvedReplication;
  readonly tablePrefix: string;
  readonly protection: Protection;
  readonly billing?: Billing;
  readonly overrides: { readonly [baseName: string]: TableOverride };
  readonly notices: readonly Notice[];
}

/** Adds every problem of the options. `primaryRegion` may be a token when there are no replica regions. */
export function resolveTableSet(props: TableSetProps, primaryRegion: string, problems: Problems): TableSet {
  const server = props.server._definition;
  const replicaRegions = props.replicaRegions ?? [];
  const tablePrefix = props.tablePrefix ?? '';
  const protection = props.protection ?? Protection.production();
  const overrides = props.tableOverrides ?? {};
  const regions = [primaryRegion, ...replicaRegions].filter((region) => !Token.isUnresolved(region));
  const notices = [...server.notices, ...checkRegions(regions, server, problems)];
  checkRegionList({ primaryRegion, replicaRegions }, server, problems);
  checkNames(server, tablePrefix, problems);
  checkOverrides(server, overrides, problems);
  checkEncryption(props, [primaryRegion, ...replicaRegions], problems);
  const replication = (props.replication ?? defaultReplication(server))._resolve(server, problems);
  const set: TableSet = {
    server,
    primaryRegion,
    replicaRegions,
    replication,
    tablePrefix,
    protection,
    billing: props.billing,
    encryption: props.encryption,
    keyArns: props.keyArns,
    overrides,
    notices,
  };
  return {
    ...set,
    notices: [...notices, ...replicationNotices(set, props.replication !== undefined), ...overrideNotices(set)],
  };
}

export function tableName(set: TableSet, table: ServerTable): string {
  return set.tablePrefix + table.schema.tableName;
}

/** Whether the table is one global table; else it exists once in every region. */
export function isReplicated(set: TableSet, table: ServerTable): boolean {
  return set.replicaRegions.length > 0 && set.replication.tables.includes(table.baseName);
}

/** The attribute on which time to live is on, overrides included; undefined for none. */
export function timeToLiveAttribute(set: TableSet, table: ServerTable): string | undefined {
  const attribute = set.overrides[table.baseName]?.timeToLiveAttribute ?? table.profile.timeToLiveAttribute;
  return attribute === '' ? undefined : attribute;
}

/** @throws IdentityTablesError IDT0503 when the set has no table of that base name */
export function findTable(set: TableSet, baseName: string): ServerTable {
  const names = set.server.tables.map((table) => table.baseName);
  const found = set.server.tables.find((table) => table.baseName === baseName);
  return (
    found ??
    fail('IDT0503', {
      what: `${set.server.title} has no table '${baseName}' with these options`,
      given: `'${baseName}'`,
      allowed: quoted(names),
      fix: didYouMean(baseName, names, 'use a base name, without the prefix'),
    })
  );
}

function defaultReplication(server: ServerDefinition): Replication {
  return server.defaultPreset === 'full' ? Replication.full() : Replication.minimal();
}

function checkOverrides(server: ServerDefinition, overrides: TableSet['overrides'], problems: Problems): void {
  const names = server.tables.map((table) => table.baseName);
  for (const [baseName, override] of Object.entries(overrides)) {
    const table = server.tables.find((candidate) => candidate.baseName === baseName);
    if (table === undefined) {
      problems.add('IDT0501', {
        what: `tableOverrides names '${baseName}', which ${server.title} does not have`,
        given: `'${baseName}'`,
        allowed: quoted(names),
        fix: didYouMean(baseName, names, 'use a base name of this server and version, without the prefix'),
      });
      continue;
    }
    const { partitionKey, sortKey } = table.schema;
    const attribute = override.timeToLiveAttribute;
    const key = keyAttributes(table.schema).find((candidate) => candidate.name === attribute);
    if (key !== undefined && (key.type !== 'N' || key.name === partitionKey.name || key.name === sortKey?.name)) {
      problems.add('IDT0502', {
        what: `time to live of '${baseName}' cannot use the attribute '${key.name}', which is a key of type ${key.type}`,
        given: `timeToLiveAttribute: '${key.name}'`,
        allowed: 'a number attribute with the expiry in epoch seconds that is no key of the table',
        fix: 'use the attribute in which the server writes the expiry, or leave timeToLiveAttribute out',
      });
    }
  }
}

/** A protection that the profile asks for and that an override takes away is told. */
function overrideNotices(set: TableSet): Notice[] {
  return set.server.tables.flatMap((table) => {
    const override = set.overrides[table.baseName] ?? {};
    const { profile } = table;
    const lost: string[] = [];
    if (override.pointInTimeRecovery === false && profile.pointInTimeRecovery && set.protection.pointInTimeRecovery) {
      lost.push('point-in-time recovery');
    }
    if (override.deletionProtection === false && set.protection.deletionProtection) {
      lost.push('deletion protection');
    }
    const message = `'${table.baseName}' (${profile.dataClass}) has no ${lost.join(' and no ')}, by tableOverrides`;
    return lost.length > 0 ? [{ warning: 'lossy-override' as const, message }] : [];
  });
}
