/*
 * The parts of the answers about a live table that are read, for answers of the SDK as well as for files of the AWS CLI.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
 */

import type { DescribedKeys } from './described-schema';

export interface DescribedCapacity {
  readonly ProvisionedThroughput?: { readonly ReadCapacityUnits?: number; readonly WriteCapacityUnits?: number };
  readonly OnDemandThroughput?: { readonly MaxReadRequestUnits?: number; readonly MaxWriteRequestUnits?: number };
}

export interface DescribedGlobalIndex extends DescribedCapacity {
  readonly IndexName?: string;
  readonly KeySchema?: unknown;
  readonly Projection?: unknown;
  readonly IndexStatus?: string;
  readonly Backfilling?: boolean;
}

export interface DescribedReplica {
  readonly RegionName?: string;
  readonly ReplicaStatus?: string;
  readonly ReplicaStatusDescription?: string;
}

/** What DescribeTable answers. */
export interface DescribedTable extends DescribedKeys, DescribedCapacity {
  readonly TableArn?: string;
  readonly LatestStreamArn?: string;
  readonly TableId?: string;
  /** A date of the SDK, or a text or number of a file. */
  readonly CreationDateTime?: unknown;
  readonly TableName?: string;
  readonly TableStatus?: string;
  readonly GlobalSecondaryIndexes?: readonly DescribedGlobalIndex[];
  readonly BillingModeSummary?: { readonly BillingMode?: string };
  readonly StreamSpecification?: { readonly StreamEnabled?: boolean; readonly StreamViewType?: string };
  readonly SSEDescription?: { readonly Status?: string; readonly SSEType?: string; readonly KMSMasterKeyArn?: string };
  readonly DeletionProtectionEnabled?: boolean;
  readonly TableClassSummary?: { readonly TableClass?: string };
  readonly Replicas?: readonly DescribedReplica[];
  readonly MultiRegionConsistency?: string;
}

export interface DescribedTimeToLive {
  readonly TimeToLiveStatus?: string;
  readonly AttributeName?: string;
}

export interface DescribedRecovery {
  readonly PointInTimeRecoveryStatus?: string;
  readonly RecoveryPeriodInDays?: number;
}

export interface DescribedTag {
  readonly Key?: string;
  readonly Value?: string;
}

/** What DescribeContributorInsights answers for the table, when it has no index name, and for each of its indexes. */
export interface DescribedInsights {
  readonly IndexName?: string;
  readonly ContributorInsightsStatus?: string;
  readonly ContributorInsightsMode?: string;
}
