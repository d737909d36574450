export { stacksWithParameters, tableStatesOfAssembly, type AssemblyDefaults, type StackPlace } from './assembly';
export { insightsModes, insightsState, type InsightsSubject } from './contributor-insights';
export type { Answer, InBetween, LiveTable, Unread, UnreadCause } from './described';
export { tablesOfDescriptions } from './described-files';
export { tableIdentity } from './described-identity';
export { schemaOfDescription, type DescribedKeys } from './described-schema';
export { compareStates, comparisonOf, difference, differenceOf, type Comparison, type DifferenceOptions } from './difference';
export {
  SEVERITIES,
  worstSeverity,
  type Change,
  type ChangeDetails,
  type ChangeKind,
  type ChangeOf,
  type Severity,
  type Undecided,
} from './difference-change';
export { aliasOf, hasDoubtfulKey, MANAGED_ALIAS, type KeyResolver } from './difference-encryption';
export { severitySource } from './difference-severity';
export { isUnresolved, resolve, UNKNOWN_ACCOUNT, UNKNOWN_POLICY, type Parameters, type TemplateContext } from './intrinsics';
export { compareWithLive, type LiveComparison, type Unchecked } from './live-comparison';
export { listTableNames } from './live-names';
export { readLiveSchema, readLiveTable, type Excuse, type LiveReader } from './live-table';
export { keyText, schemaDifference } from './schema-difference';
export { isReplicated } from './table-state';
export { contextOf, isMade, tableStatesOfTemplate, usesParameters } from './template';
export type * from './table-state';
