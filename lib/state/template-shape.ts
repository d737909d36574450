/*
 * The properties of AWS::DynamoDB::GlobalTable and AWS::DynamoDB::Table that are read, with intrinsic functions resolved.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
 */

import type { TableSchema } from '../schema';
import type { TemplateContext } from './intrinsics';
import type { BillingState, StreamViewType, TableState } from './table-state';

export interface AutoScaling {
  readonly MinCapacity: number;
  readonly MaxCapacity: number;
  readonly SeedCapacity?: number;
  readonly TargetTrackingScalingPolicyConfiguration?: { readonly TargetValue?: number };
}

export interface ReadThroughput {
  readonly ReadOnDemandThroughputSettings?: { readonly MaxReadRequestUnits?: number };
  readonly ReadProvisionedThroughputSettings?: {
    readonly ReadCapacityUnits?: number;
    readonly ReadCapacityAutoScalingSettings?: AutoScaling;
  };
}

export interface WriteThroughput {
  readonly WriteOnDemandThroughputSettings?: { readonly MaxWriteRequestUnits?: number };
  readonly WriteProvisionedThroughputSettings?: { readonly WriteCapacityAutoScalingSettings?: AutoScaling };
}

export interface Index {
  readonly IndexName: string;
  readonly KeySchema: unknown;
  readonly Projection: unknown;
}

interface ContributorInsights {
  readonly Enabled?: boolean;
  readonly Mode?: string;
}

/** What both kinds of table have for one region. */
export interface RegionProperties {
  readonly ContributorInsightsSpecification?: ContributorInsights;
  readonly DeletionProtectionEnabled?: boolean;
  readonly PointInTimeRecoverySpecification?: {
    readonly PointInTimeRecoveryEnabled?: boolean;
    readonly RecoveryPeriodInDays?: number;
  };
  readonly ResourcePolicy?: { readonly PolicyDocument: object };
  readonly TableClass?: TableState['tableClass'];
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}

export interface ReplicaIndex extends ReadThroughput {
  readonly IndexName: string;
  readonly ContributorInsightsSpecification?: ContributorInsights;
}

export interface Replica extends RegionProperties, ReadThroughput {
  readonly Region: string;
  readonly GlobalSecondaryIndexes?: readonly ReplicaIndex[];
  readonly SSESpecification?: { readonly KMSMasterKeyId?: string };
}

/** What both kinds of table have for all regions. */
export interface TableProperties {
  readonly TableName?: string;
  readonly AttributeDefinitions: unknown;
  readonly KeySchema: unknown;
  readonly LocalSecondaryIndexes?: readonly Index[];
  readonly BillingMode?: BillingState['mode'];
  readonly TimeToLiveSpecification?: { readonly Enabled?: boolean; readonly AttributeName?: string };
}

export interface GlobalTableProperties extends TableProperties, WriteThroughput {
  readonly GlobalSecondaryIndexes?: readonly (Index & WriteThroughput)[];
  readonly MultiRegionConsistency?: TableState['consistency'];
  readonly Replicas: readonly Replica[];
  readonly SSESpecification?: { readonly SSEEnabled: boolean; readonly SSEType?: string };
  readonly StreamSpecification?: { readonly StreamViewType: StreamViewType };
}

/** Throughput of an AWS::DynamoDB::Table and of its indexes. */
export interface SingleRegionThroughput {
  readonly ProvisionedThroughput?: { readonly ReadCapacityUnits: number; readonly WriteCapacityUnits: number };
  readonly OnDemandThroughput?: { readonly MaxReadRequestUnits?: number; readonly MaxWriteRequestUnits?: number };
}

export interface SingleRegionTableProperties extends TableProperties, RegionProperties, SingleRegionThroughput {
  readonly GlobalSecondaryIndexes?: readonly (Index &
    SingleRegionThroughput & { readonly ContributorInsightsSpecification?: ContributorInsights })[];
  readonly SSESpecification?: { readonly SSEEnabled: boolean; readonly KMSMasterKeyId?: string };
  readonly StreamSpecification?: { readonly StreamViewType: StreamViewType };
}

/** One table of a template, with what is known around it. */
export interface TableResource<P> {
  readonly logicalId: string;
  readonly deletionPolicy: string;
  readonly properties: P;
  readonly schema: TableSchema;
  readonly context: TemplateContext;
}
