/*
 * Which values the properties of AWS::DynamoDB::GlobalTable and AWS::DynamoDB::Table have that are read, see template-shape.ts.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
 */

/** A `text` may hold what only CloudFormation knows; a `word`, such as the name of an attribute, may not. */
export type Kind = 'boolean' | 'number' | 'text' | 'word';

/** A value, a list of one shape, or an object with the shapes of some of its properties. */
export type Shape = Kind | readonly [Shape] | { readonly [property: string]: Shape };

const SCALING: Shape = {
  MinCapacity: 'number',
  MaxCapacity: 'number',
  SeedCapacity: 'number',
  TargetTrackingScalingPolicyConfiguration: { TargetValue: 'number' },
};
const READS = {
  ReadOnDemandThroughputSettings: { MaxReadRequestUnits: 'number' },
  ReadProvisionedThroughputSettings: { ReadCapacityUnits: 'number', ReadCapacityAutoScalingSettings: SCALING },
} as const;
const WRITES = {
  WriteOnDemandThroughputSettings: { MaxWriteRequestUnits: 'number' },
  WriteProvisionedThroughputSettings: { WriteCapacityAutoScalingSettings: SCALING },
} as const;
const READS_AND_WRITES = {
  ProvisionedThroughput: { ReadCapacityUnits: 'number', WriteCapacityUnits: 'number' },
  OnDemandThroughput: { MaxReadRequestUnits: 'number', MaxWriteRequestUnits: 'number' },
} as const;

const INSIGHTS = { ContributorInsightsSpecification: { Enabled: 'boolean', Mode: 'text' } } as const;
const INDEX = {
  IndexName: 'word',
  KeySchema: [{ AttributeName: 'word', KeyType: 'word' }],
  Projection: { ProjectionType: 'word', NonKeyAttributes: ['word'] },
} as const;
const REGION = {
  ...INSIGHTS,
  DeletionProtectionEnabled: 'boolean',
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: 'boolean', RecoveryPeriodInDays: 'number' },
  ResourcePolicy: { PolicyDocument: {} },
  TableClass: 'word',
  Tags: [{ Key: 'text', Value: 'text' }],
} as const;
const TABLE = {
  TableName: 'text',
  AttributeDefinitions: [{ AttributeName: 'word', AttributeType: 'word' }],
  KeySchema: INDEX.KeySchema,
  LocalSecondaryIndexes: [INDEX],
  BillingMode: 'word',
  TimeToLiveSpecification: { Enabled: 'boolean', AttributeName: 'word' },
  StreamSpecification: { StreamViewType: 'word' },
} as const;

export const GLOBAL_TABLE = {
  ...TABLE,
  ...WRITES,
  GlobalSecondaryIndexes: [{ ...INDEX, ...WRITES }],
  MultiRegionConsistency: 'word',
  SSESpecification: { SSEEnabled: 'boolean' },
  Replicas: [
    {
      ...REGION,
      ...READS,
      Region: 'text',
      GlobalSecondaryIndexes: [{ IndexName: 'word', ...INSIGHTS, ...READS }],
      SSESpecification: { KMSMasterKeyId: 'text' },
    },
  ],
} as const satisfies Shape;

export const SINGLE_REGION_TABLE = {
  ...TABLE,
  ...REGION,
  ...READS_AND_WRITES,
  GlobalSecondaryIndexes: [{ ...INDEX, ...INSIGHTS, ...READS_AND_WRITES }],
  SSESpecification: { SSEEnabled: 'boolean', KMSMasterKeyId: 'text' },
} as const satisfies Shape;
