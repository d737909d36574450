import type { ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IConstruct } from 'constructs';

/** The tables of an identity server as one region sees them: its own and the replicas of those that are replicated. */
export interface IIdentityTables extends IConstruct {
  /** The regions of the set, the primary one first. */
  readonly regions: string[];

  /** Base names of the tables, sorted. The same in every region. */
  readonly tableNames: string[];

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
}
