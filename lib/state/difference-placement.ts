import type { Detail } from './difference-change';
import { isUnresolved } from './intrinsics';
import type { TableOwner, TableState } from './table-state';

/** All states of one table name: what stands where, and which of them are one global table. */
export class Placements {
  private readonly byRegion: ReadonlyMap<string, TableState>;

  public constructor(private readonly states: readonly TableState[]) {
    this.byRegion = new Map(states.map((state) => [state.region, state]));
  }

  /** Every region that has the table, also those that only another region tells of. */
  public get regions(): string[] {
    return [...new Set(this.states.flatMap(({ region, replicaRegions }) => [region, ...replicaRegions]))].sort();
  }

  public state(region: string): TableState | undefined {
    return this.byRegion.get(region);
  }

  public has(region: string): boolean {
    return this.group(region).length > 0;
  }

  /** The regions of the global table that the region is part of; none when the table does not stand there. */
  public group(region: string): readonly string[] {
    const own = this.byRegion.get(region);
    const found = own ?? this.states.find(({ replicaRegions }) => replicaRegions.includes(region));
    return found === undefined ? [] : [...new Set([found.region, ...found.replicaRegions])].sort();
  }

  /** The region whose stack answers for the table of a region, as far as a state tells. */
  public statedPrimary(region: string): string | undefined {
    const owners = this.group(region).map((each) => ({ each, owner: this.byRegion.get(each)?.owner }));
    const stack = owners.find(({ owner }) => owner?.kind === 'stack');
    const replica = owners.map(({ owner }) => owner).find((owner) => owner?.kind === 'replica');
    return stack?.each ?? (replica?.kind === 'replica' ? replica.primaryRegion : undefined);
  }

  /** Who answers for the table of a region: for a replica, the owner of the table in the primary region. */
  public ownerInCharge(region: string): TableOwner | undefined {
    const owner = this.byRegion.get(region)?.owner;
    return owner?.kind === 'replica' ? this.byRegion.get(owner.primaryRegion)?.owner : owner;
  }
}

/** What becomes of the table in a region, its settings aside. */
export function placementChanges(region: string, before: Placements, after: Placements): Detail[] {
  const [from, to] = [before.state(region), after.state(region)];
  if (before.has(region) && after.has(region)) {
    return from === undefined || to === undefined ? [] : betweenStates(from, to, before, after);
  }
  const [standing, wanted] = [before.group(region), after.group(region)];
  if (!before.has(region)) {
    const source = wanted.find((other) => other !== region && before.has(other));
    if (source !== undefined && primaryOf(region, after, before) !== region) {
      return [{ kind: 'replica-added', before: before.group(source), after: wanted }];
    }
    return to === undefined ? [] : [{ kind: 'table-missing', after: to }];
  }
  const rest = standing.find((other) => other !== region && after.has(other));
  if (rest !== undefined && primaryOf(region, before, after) !== region) {
    return [{ kind: 'replica-removed', before: standing, after: after.group(rest) }];
  }
  return from === undefined ? [] : [{ kind: 'table-extra', before: from }];
}

function betweenStates(from: TableState, to: TableState, before: Placements, after: Placements): Detail[] {
  const { region } = to;
  const [oldPrimary, newPrimary] = [primaryOf(region, before, after), primaryOf(region, after, before)];
  const staysLinked = before.group(region).includes(newPrimary) && after.group(region).includes(oldPrimary);
  if (!staysLinked) {
    return [
      {
        kind: 'placement',
        before: { owner: from.owner, replicaRegions: from.replicaRegions },
        after: { owner: to.owner, replicaRegions: to.replicaRegions },
      },
    ];
  }
  return isSameOwner(from.owner, to.owner) ? [] : [{ kind: 'owner', before: from.owner, after: to.owner }];
}

/** The region that answers for a global table; when no state of it tells, the other side's, else the first one. */
function primaryOf(region: string, side: Placements, other: Placements): string {
  const group = side.group(region);
  const stated = side.statedPrimary(region);
  return stated ?? group.find((each) => group.some((member) => other.statedPrimary(member) === each)) ?? group[0];
}

/** A replica without known owner has that of its primary region, which is compared there. */
function isSameOwner(a: TableOwner, b: TableOwner): boolean {
  if (a.kind === 'stack' && b.kind === 'stack') {
    return a.stackName === b.stackName && a.logicalId === b.logicalId && isSamePolicy(a.deletionPolicy, b.deletionPolicy);
  }
  if (a.kind === 'replica' && b.kind === 'replica') {
    return a.primaryRegion === b.primaryRegion;
  }
  return a.kind === b.kind || (a.kind !== 'stack' && b.kind !== 'stack');
}

function isSamePolicy(a: string, b: string): boolean {
  return a === b || isUnresolved(a) || isUnresolved(b);
}
