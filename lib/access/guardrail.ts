import { tableArns, type RegionalAccess } from './location';
import { allow, statementsByActions, type Statement } from './statement';

/**
 * Takes protection, items or the way back away, or carries items out. UpdateTable is one of them, since no condition key tells
 * switching protection off from adding an index.
 */
const TABLE_ACTIONS = [
  'DeleteBackup',
  'DeleteResourcePolicy',
  'DeleteTable',
  'DeleteTableReplica',
  'EnableKinesisStreamingDestination',
  'ExportTableToPointInTime',
  'PutResourcePolicy',
  'RestoreTableFromAwsBackup',
  'RestoreTableFromBackup',
  'RestoreTableToPointInTime',
  'UpdateContinuousBackups',
  'UpdateTable',
  'UpdateTimeToLive',
].map((action) => `dynamodb:${action}`);

/** A replica whose key is away for more than 20 hours leaves its global table for good. */
const KEY_ACTIONS = ['kms:DisableKey', 'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'];

/** A service control policy only denies. A permissions boundary has to allow too: what it does not allow is denied. */
export type GuardrailKind = 'scp' | 'boundary';

/** Options of a guardrail. */
export interface GuardrailOptions {
  /** ARNs of the roles that deploy, and of those for an emergency; `*` and `?` stand for any characters. */
  readonly exemptRoles: readonly string[];
  readonly kind: GuardrailKind;
}

/** Denies what takes away tables, items, backups or protection in one region to all but the exempt roles. */
export function guardrailStatements(access: RegionalAccess, options: GuardrailOptions): Statement[] {
  const arns = tableArns(access);
  const denied = [
    ...[...arns, ...arns.map((arn) => `${arn}/backup/*`)].map((resource) => ({ resource, actions: TABLE_ACTIONS })),
    ...(access.keyArn === undefined ? [] : [{ resource: access.keyArn, actions: KEY_ACTIONS }]),
  ];
  return [
    ...(options.kind === 'boundary' ? [allow(['*'], ['*'])] : []),
    ...statementsByActions(denied).map(({ Action, Resource }) => ({
      Effect: 'Deny' as const,
      Action,
      Resource,
      Condition: { ArnNotLike: { 'aws:PrincipalArn': options.exemptRoles } },
    })),
  ];
}
