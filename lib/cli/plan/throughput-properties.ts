import type { CapacityRange, ThroughputState } from '../../state';
import type { Json } from './template';

/** Utilization that AWS::DynamoDB::GlobalTable scales to when nothing else is said. */
const DEFAULT_UTILIZATION = 70;

/** What is written once for all regions. */
export function writeThroughput({ write, maxWriteRequestUnits: limit }: ThroughputState = {}): Json {
  return {
    ...(write && { WriteProvisionedThroughputSettings: { WriteCapacityAutoScalingSettings: scaling(write) } }),
    ...(limit !== undefined && { WriteOnDemandThroughputSettings: { MaxWriteRequestUnits: limit } }),
  };
}

/** What is written for each region. */
export function readThroughput({ read, maxReadRequestUnits: limit }: ThroughputState = {}): Json {
  return {
    ...(read && { ReadProvisionedThroughputSettings: reading(read) }),
    ...(limit !== undefined && { ReadOnDemandThroughputSettings: { MaxReadRequestUnits: limit } }),
  };
}

function reading(read: CapacityRange): Json {
  return read.min === read.max && read.targetUtilization === undefined
    ? { ReadCapacityUnits: read.min }
    : { ReadCapacityAutoScalingSettings: scaling(read) };
}

function scaling({ min, max, targetUtilization, seedCapacity }: CapacityRange): Json {
  return {
    MinCapacity: min,
    MaxCapacity: max,
    ...(seedCapacity !== undefined && { SeedCapacity: seedCapacity }),
    TargetTrackingScalingPolicyConfiguration: { TargetValue: targetUtilization ?? DEFAULT_UTILIZATION },
  };
}
