import { Stack, Token } from 'aws-cdk-lib/core';
import type { Billing, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { Problems, quoted } from '../errors';
import type { IdentityServer } from '../servers';
import { nameCollisions } from './collisions';
import type { IIdentityTables } from './i-identity-tables';
import { annotate, IdentityTablesBase } from './identity-tables-base';
import { ImportedIdentityTables, type IdentityTablesAttributes } from './imported-identity-tables';
import type { Protection } from './protection';
import type { Replication } from './replication';
import { createTable } from './table-factory';
import { isReplicated, resolveTableSet } from './table-set';
import type { TableOverride } from './table-override';

/** The set of tables of a server. */
export interface IdentityTablesProps {
  /** The server whose tables are made. */
  readonly server: IdentityServer;
  /**
   * The regions besides the primary one. Their order does not matter.
   * @default - one region
   */
  readonly replicaRegions?: string[];
  /**
   * Which tables are replicated to every region; the others exist once in each.
   * @default - with replicaRegions the preset of the server: minimal for Connect2id and Curity, full for connect-dynamodb
   */
  readonly replication?: Replication;
  /**
   * What every table name begins with, separator included. It is identity: changing it means new tables.
   * @default - no prefix
   */
  readonly tablePrefix?: string;
  /**
   * How the tables are kept from being lost.
   * @default Protection.production()
   */
  readonly protection?: Protection;
  /**
   * How capacity is billed. With replicas, provisioned write capacity must be autoscaled.
   * @default - on-demand
   */
  readonly billing?: Billing;
  /**
   * Whose key encrypts the tables.
   * @default - a key that DynamoDB owns; customer managed when keyArns are given
   */
  readonly encryption?: TableEncryption;
  /**
   * The ARN of a customer-managed key in each region of the set, by region. Without them IdentityTablesStacks makes the keys;
   * IdentityTablesKey makes one for stacks of your own.
   * @default - no keys from elsewhere
   */
  readonly keyArns?: { readonly [region: string]: string };
  /**
   * Settings of single tables, by base name.
   * @default - the profiles of the tables
   */
  readonly tableOverrides?: { readonly [baseName: string]: TableOverride };
}

/**
 * Every table of an identity server in its primary region, the replicas of the replicated ones in the others. The further regions
 * each need a RegionalIdentityTables for the tables that are not replicated.
 */
export class IdentityTables extends IdentityTablesBase {
  /**
   * Tables that another stack or app owns: names, tables and settings, nothing is made. Stands for the tables in the region of
   * its stack, and is accepted as `primary` of a RegionalIdentityTables.
   */
  public static fromIdentityTablesAttributes(
    scope: Construct,
    id: string,
    attributes: IdentityTablesAttributes,
  ): IIdentityTables {
    return new ImportedIdentityTables(scope, id, attributes);
  }

  private readonly served = new Set<string>();

  public constructor(scope: Construct, id: string, props: IdentityTablesProps) {
    const { region } = Stack.of(scope);
    const problems = new Problems();
    if (Token.isUnresolved(region) && (props.replicaRegions ?? []).length > 0) {
      problems.add('IDT0306', {
        what: 'a stack without a region cannot have replica regions',
        given: `replicaRegions ${quoted(props.replicaRegions ?? [])} in an environment-agnostic stack`,
        allowed: 'a stack with env: { region }; the account may stay open',
        fix: "give the stack an env, such as { region: 'eu-central-1' }",
      });
    }
    const set = resolveTableSet(props, region, problems);
    problems.throwIfAny();
    super(scope, id, set);
    for (const table of set.server.tables) {
      this._own(table, createTable(this, set, table, region));
    }
    annotate(this, set.notices);
    this.node.addValidation({ validate: () => this.validateTree() });
  }

  /**
   * Notes that a regional construct serves a region. Returns whether it is the first one.
   * @internal
   */
  public _serve(region: string): boolean {
    const isFirst = !this.served.has(region);
    this.served.add(region);
    return isFirst;
  }

  private validateTree(): string[] {
    const unserved = this._set.replicaRegions.filter((region) => !this.served.has(region));
    const regional = this._set.server.tables.filter((table) => !isReplicated(this._set, table));
    if (unserved.length > 0 && regional.length > 0) {
      annotate(this, [
        {
          warning: 'region-without-tables',
          message:
            `no RegionalIdentityTables of this app serves ${quoted(unserved)}: ${regional.length} of ${this.tableNames.length} tables ` +
            'are missing there, unless another app has them',
        },
      ]);
    }
    return nameCollisions(this);
  }
}
