import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IConstruct } from 'constructs';
import type { IdentityTablesGrants } from '../access';
import type { ServerSettings, ServerSettingsOptions } from '../settings';

/** The tables of an identity server as one region sees them: its own and the replicas of those that are replicated. */
export interface IIdentityTables extends IConstruct {
  /** The regions of the set, the primary one first. */
  readonly regions: string[];

  /** Base names of the tables, sorted. The same in every region. */
  readonly tableNames: string[];

  /** Permissions on the tables in the region of this construct, for the server, for checks and for administration. */
  readonly grants: IdentityTablesGrants;

  /**
   * The name of a table in DynamoDB: prefix and name, the same in every region.
   *
   * @param baseName the name without the prefix; fails with IDT0503 when the set has no such table
   */
  tableName(baseName: string): string;

  /**
   * The table in the region of this construct.
   *
   * @param baseName the name without the prefix; fails with IDT0503 when the set has no such table
   */
  table(baseName: string): ITableV2;

  /**
   * What the server of a region has to be told about the tables.
   *
   * @param region one of the regions of the set
   * @param options what the settings depend on beside the tables
   */
  serverSettings(region: string, options?: ServerSettingsOptions): ServerSettings;
}
