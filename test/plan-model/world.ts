import { isDeepStrictEqual } from 'node:util';
import type { ApiCall, StackTables, Step } from '../../lib/cli/plan/step';
import type { LiveExtras } from '../../lib/cli/plan/input';
import { NO_EXTRAS, type Extras } from '../../lib/cli/plan/extras';
import type { ResourceOf, ResourceType, Table } from '../../lib/cli/plan/table';
import type { TableState } from '../../lib/state';
import { broken, CALL_RULES, CREATION_RULES, DELETION_RULES, IMPORT_RULES, TEMPLATE_RULES, UPDATE_RULES } from './rules';

/** A table resource of a deployed template. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly deletionPolicy: string;
  readonly extras: Extras;
  readonly replicas: ReadonlyMap<string, TableState>;
}

interface LiveTable {
  readonly state: TableState;
  /** The items by who wrote them; replicas have the same ones. */
  readonly items: ReadonlySet<string>;
  /** The Kinesis stream that it sends its changes to, as a template says it. */
  readonly kinesis?: unknown;
}

type Deployed = Map<string, Resource>;

/** AWS as far as a plan is concerned: what stands in each region, which templates are deployed, and what takes its time. */
export class World {
  public readonly live = new Map<string, LiveTable>();
  public readonly stacks = new Map<string, Deployed>();
  public readonly unsettled = new Set<string>();
  public readonly ttlChanged = new Set<string>();
  public readonly locked = new Set<string>();
  /** Places of tables that a call has deleted: their names are free only later. */
  public readonly deleting = new Set<string>();
  /** Places that a confirm step has named, until the next step. */
  private confirmed = new Set<string>();
  /** Imported places that no verification has seen yet. */
  private readonly unverified = new Set<string>();

  /** A world in which these tables stand, each with an item that no other table has. */
  public static of(tables: readonly Table[]): World {
    const world = new World();
    for (const table of tables) {
      const items = new Set([`written in ${table.name}@${table.home}`]);
      for (const state of table.replicas.values()) {
        const kinesis = kinesisOf(table.owner?.extras, state.region);
        world.live.set(`${table.name}@${state.region}`, { state, items, kinesis });
      }
      if (table.owner !== undefined) {
        world.deployed(table.owner.stack).set(table.owner.logicalId, resourceOf(table));
      }
    }
    return world;
  }

  /** The same world for a new plan: planning compares live tables, so an import is verified by it. */
  public static resumed(world: World): World {
    world.unverified.clear();
    world.confirmed.clear();
    world.deleting.clear();
    return world;
  }

  /** Does a step; throws when CloudFormation or DynamoDB would refuse it, or when it loses what nobody confirmed. */
  public take(step: Step): void {
    const { confirmed } = this;
    this.confirmed = new Set();
    switch (step.kind) {
      case 'deploy':
        step.stacks.forEach((stack) => this.deploy(stack, confirmed));
        break;
      case 'import':
        this.import(step.stack, step.imported);
        break;
      case 'api':
        step.calls.forEach((call) => this.call(call, confirmed));
        break;
      case 'wait':
        this.wait(step.name, step.places);
        break;
      case 'confirm':
        step.losses.forEach(({ tableName, region }) => this.confirmed.add(`${tableName}@${region}`));
        break;
      case 'server':
        if (step.removedStacks !== undefined) this.protectAsTold(step.letsGo ?? []);
        step.removedStacks?.forEach((stack) => this.removeStack(stack, confirmed));
        step.letsGo?.forEach(({ owner }) => this.stacks.get(owner?.stack ?? '')?.delete(owner?.logicalId ?? ''));
        break;
    }
    if (confirmed.size > 0) {
      throw new Error(`confirmed, but not lost by the next step: ${[...confirmed].join(', ')}`);
    }
  }

  /** Somebody changes a table, in all its regions, without its stack. */
  public changeBeside(name: string, change: (state: TableState) => TableState): void {
    for (const [place, table] of this.live) {
      if (place.startsWith(`${name}@`)) {
        this.live.set(place, { ...table, state: change(table.state) });
      }
    }
  }

  /** Somebody deletes a table, in all its regions, without its stack. */
  public deleteBeside(name: string, regions: readonly string[]): void {
    regions.forEach((region) => this.live.delete(`${name}@${region}`));
  }

  /** What the deployed templates of some stacks say, as CloudFormation tells it. */
  public templates(stacks: readonly string[]): TableState[] {
    return stacks.flatMap((stack) =>
      [...(this.stacks.get(stack)?.values() ?? [])].flatMap(({ replicas }) => [...replicas.values()]),
    );
  }

  public readonly resourceOf: ResourceOf = (stack, logicalId) => {
    const { type, extras } = this.stacks.get(stack)?.get(logicalId) ?? { type: 'AWS::DynamoDB::GlobalTable', extras: NO_EXTRAS };
    return { type: type as ResourceType, extras };
  };

  /** All that stands, with who owns it. */
  public states(): TableState[] {
    return [...this.live.values()].map(({ state }) => ({ ...state, owner: this.ownerOf(state) }));
  }

  /** What can be read of live tables that no state knows. */
  public liveExtras(): LiveExtras[] {
    return [...this.live.values()].map(({ state: { tableName, region }, kinesis }) => {
      const { StreamArn: arn } = (kinesis ?? {}) as { readonly StreamArn?: string };
      return { tableName, region, streamArns: arn === undefined ? [] : [arn] };
    });
  }

  private ownerOf({ tableName, region, replicaRegions }: TableState): TableState['owner'] {
    for (const [key, resources] of this.stacks) {
      const [, stackRegion, stackName] = key.split('/');
      for (const [logicalId, { name, replicas, deletionPolicy }] of resources) {
        if (name === tableName && replicas.has(region) && replicaRegions.includes(stackRegion)) {
          return stackRegion === region
            ? { kind: 'stack', stackName, logicalId, deletionPolicy }
            : { kind: 'replica', primaryRegion: stackRegion };
        }
      }
    }
    return { kind: 'nobody' };
  }

  private deploy({ stack, tables }: StackTables, confirmed: Set<string>): void {
    const before = this.deployed(stack);
    const after: Deployed = new Map(tables.map((table) => [table.owner?.logicalId ?? '', resourceOf(table)]));
    const stackRegion = stack.split('/')[1];
    for (const [logicalId, resource] of after) {
      const old = before.get(logicalId);
      refuse(broken(TEMPLATE_RULES, { stackRegion, after: resource }, this), resource.name);
      if (old === undefined) {
        refuse(broken(CREATION_RULES, { stackRegion, after: resource }, this), resource.name);
        this.create(resource);
      } else if (isSameTable(old, resource)) {
        // A policy is a matter of the template alone: no table is called for it.
      } else {
        refuse(broken(UPDATE_RULES, { stackRegion, before: old, after: resource }, this), resource.name);
        this.update(old, resource, confirmed);
      }
    }
    for (const [logicalId, resource] of before) {
      if (!after.has(logicalId) && resource.deletionPolicy === 'Delete') {
        refuse(broken(DELETION_RULES, resource, this), resource.name);
        const standing = [...resource.replicas.keys()].map((region) => `${resource.name}@${region}`);
        standing.filter((place) => this.live.has(place)).forEach((place) => this.lose(place, confirmed));
      }
    }
    this.stacks.set(stack, after);
    const untested = tables.flatMap(({ name, replicas }) => [...replicas.keys()].map((region) => `${name}@${region}`));
    const missed = untested.filter((place) => this.unverified.has(place));
    refuse(
      missed.length > 0 ? ['broken: an import is verified before the next deployment (cases.md D6)'] : [],
      missed.join(', '),
    );
  }

  /** The operator does what the step says of tables that are not protected yet. */
  private protectAsTold(tables: readonly Table[]): void {
    for (const { name, replicas } of tables) {
      for (const { region, deletionProtection } of replicas.values()) {
        const live = this.live.get(`${name}@${region}`);
        if (live !== undefined && deletionProtection) {
          this.live.set(`${name}@${region}`, { ...live, state: { ...live.state, deletionProtection } });
        }
      }
    }
  }

  /** A table that is to be retained, or that is protected against its deletion, stands on without the stack. */
  private removeStack(stack: string, confirmed: Set<string>): void {
    for (const { name, deletionPolicy, replicas } of this.stacks.get(stack)?.values() ?? []) {
      const places = [...replicas.keys()].map((region) => `${name}@${region}`).filter((place) => this.live.has(place));
      const isProtected = places.some((place) => this.live.get(place)?.state.deletionProtection === true);
      if (deletionPolicy === 'Delete' && !isProtected) {
        places.forEach((place) => this.lose(place, confirmed));
      }
    }
    this.stacks.delete(stack);
  }

  private create(resource: Resource): void {
    for (const state of resource.replicas.values()) {
      const place = `${resource.name}@${state.region}`;
      this.live.set(place, { state, items: new Set(), kinesis: kinesisOf(resource.extras, state.region) });
      this.unsettled.add(place);
    }
  }

  private update(before: Resource, after: Resource, confirmed: Set<string>): void {
    const first = [...before.replicas.values()][0];
    const items = this.live.get(`${before.name}@${first.region}`)?.items ?? new Set<string>();
    const isMoved = before.replicas.size !== after.replicas.size;
    for (const region of before.replicas.keys()) {
      if (!after.replicas.has(region)) {
        this.lose(`${before.name}@${region}`, confirmed);
      }
    }
    for (const state of after.replicas.values()) {
      const place = `${after.name}@${state.region}`;
      if (!before.replicas.has(state.region)) {
        [...before.replicas.keys()].forEach((region) => this.locked.add(`${after.name}@${region}`));
      }
      if (isMoved || indexNames(first) !== indexNames(state)) {
        this.unsettled.add(place);
      }
      if (!isDeepStrictEqual(first.timeToLive, state.timeToLive)) {
        this.ttlChanged.add(place);
      }
      // What two templates say alike, CloudFormation leaves as it stands.
      const live = this.live.get(place);
      const [old, now] = [before, after].map(({ extras }) => kinesisOf(extras, state.region));
      const kinesis = isDeepStrictEqual(old, now) ? live?.kinesis : now;
      this.live.set(place, { state: changed(before.replicas.get(state.region), state, live?.state), items, kinesis });
    }
  }

  private lose(place: string, confirmed: Set<string>): void {
    if (!confirmed.delete(place)) {
      throw new Error(`broken: items are lost that no step before named: ${place}`);
    }
    this.live.delete(place);
    this.locked.delete(place);
    this.unsettled.delete(place);
    this.ttlChanged.delete(place);
  }

  private import({ stack, tables }: StackTables, imported: readonly Table[]): void {
    const before = this.stacks.get(stack);
    const ids = new Set(imported.map(({ owner }) => owner?.logicalId));
    const others = tables.filter(({ owner }) => !ids.has(owner?.logicalId));
    const left: Deployed = new Map(others.map((table) => [table.owner?.logicalId ?? '', resourceOf(table)]));
    if (before === undefined || !isDeepStrictEqual(before, left)) {
      throw new Error(`broken: an import into a stack that stands changes nothing else (cases.md D6): ${stack}`);
    }
    for (const table of imported) {
      const written = { stackRegion: stack.split('/')[1], after: resourceOf(table) };
      refuse([...broken(TEMPLATE_RULES, written, this), ...broken(IMPORT_RULES, written, this)], table.name);
      before.set(table.owner?.logicalId ?? '', written.after);
      [...table.replicas.keys()].forEach((region) => this.unverified.add(`${table.name}@${region}`));
    }
  }

  private call({ name, tableName, region, setting, value }: ApiCall, confirmed: Set<string>): void {
    const place = `${tableName}@${region}`;
    const table = this.live.get(place);
    if (table === undefined || this.unsettled.has(place)) {
      throw new Error(`broken: a call needs a table that is ACTIVE: ${name} ${place}`);
    }
    const change = (part: Partial<TableState>, places = [place]): void =>
      places.forEach((each) => {
        const live = this.live.get(each);
        if (live !== undefined) this.live.set(each, { ...live, state: { ...live.state, ...part } });
      });
    switch (name) {
      case 'protection-on':
        return change({ deletionProtection: true });
      case 'change-setting': {
        const isShared = setting === 'timeToLive';
        const given = setting === 'tags' ? { ...table.state.tags, ...(value as TableState['tags']) } : value;
        const after = { ...table.state, [setting ?? '']: given };
        refuse(broken(CALL_RULES, { place, before: table.state, after }, this), place);
        const places = isShared ? table.state.replicaRegions.map((each) => `${tableName}@${each}`) : [place];
        if (isShared) places.forEach((each) => this.ttlChanged.add(each));
        return change({ [setting ?? '']: given }, places);
      }
      case 'protection-off':
        return change({ deletionProtection: false });
      case 'billing-on-demand': {
        const places = table.state.replicaRegions.map((each) => `${tableName}@${each}`);
        places.forEach((each) => this.unsettled.add(each));
        return change({ billing: { mode: 'PAY_PER_REQUEST', table: {}, indexes: {} } }, places);
      }
      case 'delete-table':
        if (table.state.deletionProtection) throw new Error(`broken: a protected table is not deleted: ${place}`);
        this.lose(place, confirmed);
        this.deleting.add(place);
    }
  }

  private wait(name: string, places: readonly string[]): void {
    const pending = {
      settled: this.unsettled,
      'ttl-hour': this.ttlChanged,
      'replica-lock': this.locked,
      verified: this.unverified,
      gone: this.deleting,
    }[name];
    places.forEach((place) => pending?.delete(place));
  }

  private deployed(stack: string): Deployed {
    const resources = this.stacks.get(stack) ?? new Map<string, Resource>();
    this.stacks.set(stack, resources);
    return resources;
  }
}

export function kinesisOf(extras: Extras | undefined, region: string): unknown {
  return extras?.replicas[region]?.KinesisStreamSpecification;
}

function indexNames({ schema }: TableState): string {
  return schema.globalIndexes
    .map(({ indexName }) => indexName)
    .sort()
    .join();
}

function changed(before: TableState | undefined, after: TableState, live: TableState | undefined): TableState {
  if (before === undefined || live === undefined) {
    return after;
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])] as Array<keyof TableState>;
  const settings = names
    .filter((name) => !isDeepStrictEqual(before[name], after[name]))
    .map((name) => [name, name === 'tags' ? changedTags(before.tags, after.tags, live.tags) : after[name]] as const);
  const all = Object.fromEntries(
    Object.entries({ ...live, ...Object.fromEntries(settings) }).filter(([, value]) => value !== undefined),
  );
  return all as unknown as TableState;
}

/** Tags are given and taken one by one. */
function changedTags(before: TableState['tags'], after: TableState['tags'], live: TableState['tags']): TableState['tags'] {
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const given = Object.entries(after).filter(([key, value]) => before[key] !== value);
  const kept = Object.entries(live).filter(([key]) => !gone.includes(key));
  return Object.fromEntries([...kept, ...given]);
}

/** A policy that the planner does not know is written as Retain. */
function resourceOf({ name, owner, replicas }: Table): Resource {
  const policy = owner?.deletionPolicy ?? '';
  return {
    name,
    replicas,
    extras: owner?.extras ?? NO_EXTRAS,
    type: owner?.type ?? '',
    deletionPolicy: policy.startsWith('unresolved:') ? 'Retain' : policy,
  };
}

function isSameTable(a: Resource, b: Resource): boolean {
  const [before, after] = [a, b].map(({ type, name, extras, replicas }) => ({
    type,
    name,
    extras,
    states: [...replicas.values()].map((state) => ({ ...state, owner: undefined })),
  }));
  return isDeepStrictEqual(before, after);
}

function refuse(reasons: readonly string[], name: string): void {
  if (reasons.length > 0) {
    throw new Error(`${name}: ${reasons.join('; ')}`);
  }
}
