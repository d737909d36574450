import { isDeepStrictEqual } from 'node:util';
import { quoted, type Problems } from '../../errors';
import { differenceOf, isUnresolved, type Change, type ChangeKind } from '../../state';
import { changeText } from '../verify/change-text';
import { groupBy } from '../group-by';
import type { Drifts } from './drift';
import { NO_EXTRAS } from './extras';
import type { PlanInput, Warmth } from './input';
import { isSameOwner, type Match } from './match';
import { homeState, ownerKey, placesOf, regionsOf, type Owner, type Table } from './table';

/** What is fixed when a table is made. */
const IDENTITY: { readonly [kind in ChangeKind]?: string } = {
  'key-schema': 'the key',
  'local-index': 'a local index',
  consistency: 'the consistency',
};

/** Whether a table has to be deleted and made anew to become the one of the target. */
export function isAnother({ current, target }: Match): boolean {
  const before = current?.replicas.get(target.home);
  return before !== undefined && differenceOf(before, homeState(target)).some(isOfIdentity);
}

function isOfIdentity({ kind }: { readonly kind: ChangeKind }): boolean {
  return IDENTITY[kind] !== undefined;
}

/** Whether all its items, in every region, may be lost. */
function isGivenUp(table: Table, { accepted }: PlanInput): boolean {
  return placesOf(table).every((place) => accepted.has(place));
}

/** Adds a problem for every change that no sequence of updates can make. */
export function refuseImpossible(matches: readonly Match[], input: PlanInput, problems: Problems): void {
  const stacks = new Set(input.stacks.map(({ key }) => key));
  for (const { target, current } of matches) {
    if (target.owner === undefined) {
      problems.add('IDT1304', {
        what: `table '${target.name}' has no replica in the region of its stack`,
        given: `replicas in ${regionsOf(target).join(', ')}`,
        allowed: 'the region of the stack and others; it is the one region that a table cannot leave',
        fix: 'keep the region of the stack, or make another region the primary one',
      });
    } else if (!stacks.has(target.owner.stack)) {
      refuseNested(target, current, problems);
    } else if (current !== undefined) {
      refuseChanges(current, target, input, problems);
      refuseCooling(current, target, input, problems);
      refuseLegacy(current, input, problems);
    }
  }
}

/** CloudFormation would replace the table of a resource that gets another name, with its items. */
export function refuseRenamed(current: readonly Table[], targets: readonly Table[], problems: Problems): void {
  const owned = new Map(current.filter(({ owner }) => owner !== undefined).map((table) => [ownerKey(table), table]));
  const wanted = new Set(targets.map(({ name }) => name));
  for (const target of targets) {
    const before = owned.get(ownerKey(target));
    if (
      before !== undefined &&
      before.owner?.type === target.owner?.type &&
      !wanted.has(before.name) &&
      !isUnresolved(target.name)
    ) {
      problems.add('IDT1301', {
        what: `the name of table '${before.name}' is fixed when the table is made`,
        given: target.name,
        allowed: before.name,
        fix: 'keep the name, or give the new table a logical id of its own and move the items',
      });
    }
  }
}

/** A table that leaves its stack is found again by its name alone, which the template has to say: else a plan made anew makes another. */
export function refuseNameless(
  matches: readonly Match[],
  drifts: Drifts,
  { madeNames = [] }: PlanInput,
  problems: Problems,
): void {
  for (const { current, target } of matches) {
    if (current?.owner === undefined || !madeNames.includes(current.name)) {
      continue;
    }
    if (drifts.isAstray(current)) {
      problems.add('IDT1312', {
        what: `table '${current.name}', whose name CloudFormation made up, was changed beside its stack`,
        given: drifts.reasonOf(current),
      });
    } else if (!isSameOwner(current, target)) {
      problems.add('IDT1301', {
        what: `table '${current.name}', whose name CloudFormation made up, is to have another owner`,
        given: target.owner === undefined ? '' : ownerText(target.owner),
        allowed: ownerText(current.owner),
        fix: 'give the new resource this name, so that it takes over the table',
      });
    }
  }
}

/** CloudFormation refuses to change the type of a resource, and to make a table whose name is taken. */
export function refuseSingleRegion(current: readonly Table[], targets: readonly Table[], problems: Problems): void {
  const owned = new Map(current.map((table) => [ownerKey(table), table]));
  for (const target of targets) {
    const before =
      owned.get(ownerKey(target)) ?? current.find((table) => table.owner !== undefined && isInPlaceOf(table, target));
    if (before?.owner !== undefined) {
      problems.add('IDT1316', {
        what: `table '${target.name}' in ${target.home} is ${target.owner?.type} in the target, which no plan leads to`,
        given: ownerText(before.owner),
      });
    }
  }
}

function isInPlaceOf(current: Table, target: Table): boolean {
  return current.account === target.account && current.name === target.name && current.replicas.has(target.home);
}

function ownerText({ stack, logicalId, type }: Owner): string {
  return `${type} '${logicalId}' of stack ${stack.split('/').slice(1).reverse().join(' in ')}`;
}

function refuseChanges(current: Table, target: Table, input: PlanInput, problems: Problems): void {
  const before = current.replicas.get(target.home);
  const after = homeState(target);
  if (before === undefined) {
    return;
  }
  const changes = differenceOf(before, after);
  if (changes.some(isOfIdentity) && isGivenUp(current, input)) {
    return;
  }
  const isMoved =
    current.replicas.size !== target.replicas.size || regionsOf(target).some((region) => !current.replicas.has(region));
  if (after.consistency === 'STRONG' && isMoved) {
    problems.add('IDT1301', {
      what: `table '${target.name}' is strongly consistent, and its regions are fixed when it is made`,
      given: regionsOf(target).join(', '),
      allowed: regionsOf(current).join(', '),
    });
  }
  refuseFixed(current, changes.filter(isOfIdentity), problems);
  for (const change of changes) {
    if (change.kind === 'index-changed') {
      const { live, wanted } = changeText(change);
      problems.add('IDT1302', {
        what: `index '${change.indexName}' of table '${target.name}' has another key or projection in the target`,
        given: wanted,
        allowed: live,
      });
    } else if (change.kind === 'stream' && current.replicas.size > 1 && target.replicas.size > 1) {
      problems.add('IDT1303', {
        what: `the stream of table '${target.name}' cannot be changed while it has replicas`,
        given: String(after.stream ?? 'no stream'),
        allowed: String(before.stream ?? 'no stream'),
      });
    }
  }
}

/** How a text of a change says that an index is not there. */
const ABSENT: ReadonlySet<string> = new Set(['missing', 'none']);

/** One problem for the key, for all local indexes and for the consistency. */
function refuseFixed(current: Table, changes: readonly Change[], problems: Problems): void {
  for (const [kind, ofKind] of groupBy(changes, (change) => change.kind)) {
    const texts = ofKind.map(changeText);
    const many = kind === 'local-index' && texts.length > 1;
    const sideOf = (side: 'live' | 'wanted'): string =>
      texts
        .map(({ what, [side]: text }) => [many ? `${what}: ` : '', ABSENT.has(text) ? 'no such index' : text].join(''))
        .join('; ');
    problems.add('IDT1301', {
      what:
        `${kind === 'local-index' ? texts.map(({ what }) => what).join(', ') : IDENTITY[ofKind[0].kind]} of table '${current.name}' ` +
        `${many ? 'are' : 'is'} fixed when the table is made`,
      given: sideOf('wanted'),
      allowed: sideOf('live'),
      fix:
        'keep what stands, or make a new set of tables under another prefix and move the items; ' +
        `to lose the items and begin empty: --accept-data-loss ${placesOf(current).join(',')}`,
    });
  }
}

/**
 * Warm throughput is raised only, and DynamoDB raises it by itself as a table is used
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html). What two templates say alike, no deployment
 * asks for, however far the table has come.
 */
function refuseCooling(current: Table, target: Table, { liveExtras }: PlanInput, problems: Problems): void {
  const after = target.owner?.extras ?? NO_EXTRAS;
  const before = current.owner === undefined ? NO_EXTRAS : (current.owner.extras ?? after);
  const live = liveExtras?.find(({ tableName, region }) => tableName === current.name && region === target.home)?.warmth;
  const parts = [
    { subject: 'table', old: before.table, now: after.table, stands: live?.table },
    ...Object.entries(after.indexes).map(([name, now]) => ({
      subject: `index '${name}' of table`,
      old: before.indexes[name],
      now,
      stands: live?.indexes[name],
    })),
  ];
  for (const { subject, old, now, stands } of parts) {
    const [written, wanted] = [old, now].map((extras) => (extras?.WarmThroughput ?? {}) as Warmth);
    const least = warmerOf(written, stands);
    if (!isDeepStrictEqual(written, wanted) && isColder(wanted, least)) {
      problems.add('IDT1314', {
        what: `the warm throughput of ${subject} '${target.name}' is lowered`,
        given: JSON.stringify(wanted),
        allowed: `at least ${JSON.stringify(least)}`,
      });
    }
  }
}

const UNITS = ['ReadUnitsPerSecond', 'WriteUnitsPerSecond'] as const;

/** An engine that does not tell what stands leaves what the template says. */
function warmerOf(written: Warmth, stands: Warmth = {}): Warmth {
  const known = UNITS.filter((unit) => (written[unit] ?? stands[unit]) !== undefined);
  return Object.fromEntries(known.map((unit) => [unit, Math.max(written[unit] ?? 0, stands[unit] ?? 0)]));
}

function isColder(wanted: Warmth, least: Warmth): boolean {
  return UNITS.some((unit) => (wanted[unit] ?? Infinity) < (least[unit] ?? 0));
}

/** The template of a nested stack is an asset of its parent, which a step does not write anew. */
function refuseNested(target: Table, current: Table | undefined, problems: Problems): void {
  const isSame = (region: string): boolean => {
    const [before, after] = [current?.replicas.get(region), target.replicas.get(region)];
    return before !== undefined && after !== undefined && differenceOf(before, after).length === 0;
  };
  const isAtRest = current !== undefined && isSameOwner(current, target) && current.replicas.size === target.replicas.size;
  if (!isAtRest || !regionsOf(target).every(isSame)) {
    problems.add('IDT1310', {
      what: `table '${target.name}' is to change, but it is in a nested stack`,
      given: target.owner?.stack.split('/').slice(1).join(' ') ?? '',
      allowed: 'tables in stacks of their own',
      fix: 'take the table out of the nested stack, or change it by deployments of your own, one index or replica at a time',
    });
  }
}

function refuseLegacy(current: Table, { legacyGlobalTables }: PlanInput, problems: Problems): void {
  if (current.owner === undefined && legacyGlobalTables.includes(current.name)) {
    problems.add('IDT1306', {
      what: `table '${current.name}' is a global table of version 2017.11.29, which CloudFormation cannot import`,
      given: quoted(regionsOf(current)),
      allowed: 'tables of one region and global tables of version 2019.11.21',
    });
  }
}
