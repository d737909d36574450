import type { ChangeKind, DetailOf, Severity } from './difference-change';
import type { TableOwner } from './table-state';

/** What severity depends on beside the change itself. */
export interface SeverityContext {
  /** Whether it is the only change of an index or replica of the table: CloudFormation makes one of them at a time. */
  readonly isAlone: boolean;
  /** Who answers for the table before the change; for a replica, the owner of the table in the primary region. */
  readonly ownerBefore: TableOwner | undefined;
}

interface SeverityRule<K extends ChangeKind> {
  readonly severity: Severity | ((change: DetailOf<K>, context: SeverityContext) => Severity);
  readonly source: string;
}

const GLOBAL_TABLE =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html';
const GLOBAL_TABLES_GUIDE = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html';
const DELETION_POLICY =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html';
const STREAMS = 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html';
const TIME_TO_LIVE = 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html';
const IMPORT = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html';

/** Policies with which a table outlives its stack. */
const KEPT: ReadonlySet<string> = new Set(['Retain', 'RetainExceptOnCreate']);

/** How severe each kind of change is, and where that is written. */
const RULES: { readonly [K in ChangeKind]: SeverityRule<K> } = {
  'table-missing': { severity: 'in place', source: GLOBAL_TABLE },
  'table-extra': { severity: (_, { ownerBefore }) => lossOf(ownerBefore), source: DELETION_POLICY },
  placement: { severity: 'migration', source: GLOBAL_TABLE },
  'replica-added': { severity: oneAtATime, source: GLOBAL_TABLE },
  'replica-removed': { severity: 'data loss', source: GLOBAL_TABLES_GUIDE },
  owner: { severity: ownerSeverity, source: IMPORT },
  'key-schema': { severity: 'replacement', source: GLOBAL_TABLE },
  'local-index': { severity: 'replacement', source: GLOBAL_TABLE },
  'index-added': { severity: oneAtATime, source: GLOBAL_TABLE },
  'index-removed': { severity: oneAtATime, source: GLOBAL_TABLE },
  'index-changed': { severity: 'staged', source: GLOBAL_TABLE },
  consistency: { severity: 'replacement', source: GLOBAL_TABLES_GUIDE },
  billing: { severity: 'in place', source: GLOBAL_TABLE },
  capacity: { severity: 'in place', source: GLOBAL_TABLE },
  stream: { severity: streamSeverity, source: STREAMS },
  'time-to-live': {
    // The old attribute has to be disabled first, and DynamoDB takes up to an hour for each of the two.
    severity: ({ before, after }) => (before.enabled && after.enabled ? 'staged' : 'in place'),
    source: TIME_TO_LIVE,
  },
  'point-in-time-recovery': { severity: 'in place', source: GLOBAL_TABLE },
  'deletion-protection': { severity: 'in place', source: GLOBAL_TABLE },
  'table-class': { severity: 'in place', source: GLOBAL_TABLE },
  encryption: { severity: 'in place', source: GLOBAL_TABLE },
  'contributor-insights': { severity: 'in place', source: GLOBAL_TABLE },
  'resource-policy': { severity: 'in place', source: GLOBAL_TABLE },
  tags: { severity: 'cosmetic', source: GLOBAL_TABLE },
};

export function severityOf<K extends ChangeKind>(kind: K, change: DetailOf<K>, context: SeverityContext): Severity {
  const { severity }: SeverityRule<K> = RULES[kind];
  return typeof severity === 'function' ? severity(change, context) : severity;
}

/** Where the severity of a kind of change is written. */
export function severitySource(kind: ChangeKind): string {
  return RULES[kind].source;
}

function oneAtATime(_: object, { isAlone }: SeverityContext): Severity {
  return isAlone ? 'in place' : 'staged';
}

/** A table that no stack answers for, or that its stack leaves behind, stands as before. */
function lossOf(owner: TableOwner | undefined): Severity {
  if (owner?.kind === 'nobody') {
    return 'none';
  }
  return owner?.kind === 'stack' && KEPT.has(owner.deletionPolicy) ? 'cosmetic' : 'data loss';
}

/** Another policy is one update; another owner is an import, after the former stack has let go of the table. */
function ownerSeverity({ before, after }: DetailOf<'owner'>): Severity {
  const isSame =
    before.kind === 'stack' &&
    after.kind === 'stack' &&
    before.stackName === after.stackName &&
    before.logicalId === after.logicalId;
  return isSame ? 'cosmetic' : 'staged';
}

/** A view type cannot be changed while the stream is on, and a stream cannot be turned off while there are replicas. */
function streamSeverity({ before, after, isReplicated }: DetailOf<'stream'>): Severity {
  if (before === undefined) {
    return 'in place';
  }
  if (isReplicated) {
    return 'migration';
  }
  return after === undefined ? 'in place' : 'staged';
}
