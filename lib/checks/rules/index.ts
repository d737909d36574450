import type { Rule } from '../rule';
import { customerKey } from './customer-key';
import { deletionProtection } from './deletion-protection';
import { indexLimits } from './index-limits';
import { pointInTimeRecovery } from './point-in-time-recovery';
import { removalPolicy } from './removal-policy';
import { replicaSettings } from './replica-settings';
import { replicaStream } from './replica-stream';
import { resourcePolicySize } from './resource-policy-size';
import { strongConsistency } from './strong-consistency';
import { tableName } from './table-name';
import { timeToLiveAttribute } from './time-to-live-attribute';
import { wildcardGrant } from './wildcard-grant';

/** The one table of rules, in the order of docs/checks.md, which is generated from it. */
export const RULES: readonly Rule[] = [
  pointInTimeRecovery,
  deletionProtection,
  removalPolicy,
  replicaSettings,
  customerKey,
  wildcardGrant,
  resourcePolicySize,
  tableName,
  timeToLiveAttribute,
  replicaStream,
  indexLimits,
  strongConsistency,
];
