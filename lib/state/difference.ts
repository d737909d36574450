import type { Change, ChangeKind, Detail, Undecided } from './difference-change';
import type { KeyResolver } from './difference-encryption';
import { placementChanges, Placements } from './difference-placement';
import { changesOfSettings } from './difference-settings';
import { severityOf, type SeverityContext } from './difference-severity';
import type { TableOwner, TableState } from './table-state';

export interface DifferenceOptions {
  /**
   * Finds the key behind an alias.
   * @default - aliases are not resolved: an alias and a key cannot be compared
   */
  readonly resolveKey?: KeyResolver;
}

export interface Comparison {
  /** By table name and region. */
  readonly changes: readonly Change[];
  /** What cannot be compared, since only AWS knows one of the values. */
  readonly undecided: readonly Undecided[];
}

const UNDECIDED_REASON = 'its value is known to CloudFormation or AWS only';

/** CloudFormation makes one of these at a time in an update of a table. */
const ONE_AT_A_TIME: ReadonlySet<ChangeKind> = new Set([
  'index-added',
  'index-changed',
  'index-removed',
  'replica-added',
  'replica-removed',
]);

/**
 * What has to change to get from some tables to others, of whatever regions; a table is found by its exact name. Order, default
 * values, forms of key names and what AWS writes itself are no changes.
 */
export function difference(
  before: readonly TableState[],
  after: readonly TableState[],
  options: DifferenceOptions = {},
): readonly Change[] {
  return compareStates(before, after, options).changes;
}

/** The difference, and what could not be compared. */
export function compareStates(
  before: readonly TableState[],
  after: readonly TableState[],
  options: DifferenceOptions = {},
): Comparison {
  const [from, to] = [byName(before), byName(after)];
  const names = [...new Set([...from.keys(), ...to.keys()])].sort();
  const comparisons = names.map((name) => compareTable(name, from.get(name) ?? [], to.get(name) ?? [], options));
  return {
    changes: comparisons.flatMap(({ changes }) => changes),
    undecided: comparisons.flatMap(({ undecided }) => undecided),
  };
}

/** What differs between two states of one table in one region, where it stands and who owns it aside. */
export function differenceOf(before: TableState, after: TableState, options: DifferenceOptions = {}): readonly Change[] {
  return comparisonOf(before, after, options).changes;
}

/** The same, and the kinds of settings that could not be compared. */
export function comparisonOf(
  before: TableState,
  after: TableState,
  options: DifferenceOptions = {},
): { readonly changes: readonly Change[]; readonly undecided: readonly ChangeKind[] } {
  const { details, undecided } = changesOfSettings(before, after, options.resolveKey ?? unknownKey);
  const region = { region: after.region, together: [after.region], details, ownerBefore: before.owner };
  return { changes: rated(after.tableName, [region]), undecided };
}

interface RegionChanges {
  readonly region: string;
  /** The regions whose tables are updated together with it. */
  readonly together: readonly string[];
  readonly details: readonly Detail[];
  readonly ownerBefore: TableOwner | undefined;
}

function compareTable(
  tableName: string,
  before: readonly TableState[],
  after: readonly TableState[],
  { resolveKey = unknownKey }: DifferenceOptions,
): Comparison {
  const [from, to] = [new Placements(before), new Placements(after)];
  const regions = [...new Set([...from.regions, ...to.regions])].sort();
  const compared = regions.map((region) => {
    const [old, wanted] = [from.state(region), to.state(region)];
    const settings =
      old === undefined || wanted === undefined ? { details: [], undecided: [] } : changesOfSettings(old, wanted, resolveKey);
    const details = [...placementChanges(region, from, to), ...settings.details];
    const together = [...from.group(region), ...to.group(region)];
    return { region, together, details, undecided: settings.undecided, ownerBefore: from.ownerInCharge(region) };
  });
  return {
    changes: rated(tableName, compared),
    undecided: compared.flatMap(({ region, undecided }) =>
      undecided.map((kind) => ({ region, tableName, kind, reason: UNDECIDED_REASON })),
    ),
  };
}

function rated(tableName: string, changes: readonly RegionChanges[]): Change[] {
  return changes.flatMap(({ region, together, details, ownerBefore }) => {
    const isAlone = limitedUpdates(changes.filter((other) => together.includes(other.region))).size <= 1;
    return details.map((detail) => ratedDetail(detail, region, tableName, { isAlone, ownerBefore }));
  });
}

/** A change of an index reaches all replicas with one update, so it counts once for all regions. */
function limitedUpdates(changes: readonly RegionChanges[]): ReadonlySet<string> {
  const updates = changes.flatMap(({ region, details }) =>
    details
      .filter(({ kind }) => ONE_AT_A_TIME.has(kind))
      .map((detail) => ('indexName' in detail ? `index ${detail.indexName}` : `replica ${region}`)),
  );
  return new Set(updates);
}

function ratedDetail(detail: Detail, region: string, tableName: string, context: SeverityContext): Change {
  return { ...detail, region, tableName, severity: severityOf(detail.kind, detail, context) };
}

function byName(states: readonly TableState[]): Map<string, TableState[]> {
  const names = new Map<string, TableState[]>();
  for (const state of states) {
    names.set(state.tableName, [...(names.get(state.tableName) ?? []), state]);
  }
  return names;
}

function unknownKey(): undefined {
  return undefined;
}
