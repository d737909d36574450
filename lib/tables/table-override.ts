import type { Billing, TableClass } from 'aws-cdk-lib/aws-dynamodb';

/** Settings of one table that differ from its profile. Keys, names and replicas cannot be overridden. */
export interface TableOverride {
  /**
   * The attribute that holds the expiry in epoch seconds; an empty text switches time to live off.
   * @default - by the profile of the table
   */
  readonly timeToLiveAttribute?: string;
  /**
   * Whether the table can be restored to any second of the last 35 days, in every region.
   * @default - by the profile of the table and the protection of the set
   */
  readonly pointInTimeRecovery?: boolean;
  /**
   * Whether the table and its replicas are protected against deletion.
   * @default - by the protection of the set
   */
  readonly deletionProtection?: boolean;
  /**
   * The table class, in every region.
   * @default TableClass.STANDARD
   */
  readonly tableClass?: TableClass;
  /**
   * Whether contributor insights are on, in every region. They are billed per event.
   * @default false
   */
  readonly contributorInsights?: boolean;
  /**
   * How capacity is billed. With replicas, provisioned write capacity must be autoscaled.
   * @default - the billing of the set
   */
  readonly billing?: Billing;
}
