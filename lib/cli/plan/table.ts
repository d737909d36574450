import { isUnresolved, type StackOwner, type TableState } from '../../state';
import { standingExtras, type Extras, type Parts } from './extras';

export type ResourceType = 'AWS::DynamoDB::GlobalTable' | 'AWS::DynamoDB::Table';

/** The resource of a stack that makes a table. */
export interface Owner {
  /** Key of the stack, see stackKey. */
  readonly stack: string;
  readonly logicalId: string;
  readonly type: ResourceType;
  readonly deletionPolicy: string;
  /** Undefined when the template is not known. */
  readonly extras?: Extras;
}

/** One table with all its replicas. */
export interface Table {
  readonly name: string;
  readonly account: string;
  /** The region of its stack; of a table without one, the first of its regions. */
  readonly home: string;
  /** Undefined when no stack made it. */
  readonly owner: Owner | undefined;
  /** The attribute of TTL that a step has turned off. CloudFormation wants it named in the template for that. */
  readonly turnedOff?: string;
  /** The state in each region, sorted by region; each has the owner and regions of the whole. */
  readonly replicas: ReadonlyMap<string, TableState>;
}

/** Tells of an owner what a TableState does not. */
export type ResourceOf = (stack: string, logicalId: string) => Pick<Owner, 'type' | 'extras'>;

export function stackKey(stack: { readonly account: string; readonly region: string; readonly stackName: string }): string {
  return `${stack.account}/${stack.region}/${stack.stackName}`;
}

/** Where a stack is, as its key has it: exports are of one account and region. */
export function placeOfStack(key: string): string {
  return key.slice(0, key.lastIndexOf('/'));
}

/** Empty for a table without a stack. */
export function logicalIdOf({ owner }: Table): string {
  return owner?.logicalId ?? '';
}

/** One resource of one stack; empty for a table without one. */
export function ownerKey({ owner }: Table): string {
  return owner === undefined ? '' : `${owner.stack}/${owner.logicalId}`;
}

/** A live table does not tell its policy; only the deployed template does. */
export function isPolicyUnknown({ owner }: Table): boolean {
  return owner !== undefined && isUnresolved(owner.deletionPolicy);
}

/** How a table of one region is named on the command line and in texts. */
export function placeOf(table: { readonly name: string }, region: string): string {
  return `${table.name}@${region}`;
}

export function regionsOf(table: Table): string[] {
  return [...table.replicas.keys()];
}

/** Its places in all regions. */
export function placesOf(table: Table): string[] {
  return regionsOf(table).map((region) => placeOf(table, region));
}

/** The state in the region of its stack. */
export function homeState(table: Table): TableState {
  return stateIn(table, table.home);
}

export function stateIn(table: Table, region: string): TableState {
  const state = table.replicas.get(region);
  if (state === undefined) {
    throw new Error(`${table.name} has no replica in ${region}`);
  }
  return state;
}

/** A table of these states, which are made to agree on who owns it and where it stands. */
export function tableOf(table: Omit<Table, 'replicas'>, states: Iterable<TableState>): Table {
  const sorted = [...states].sort((a, b) => (a.region < b.region ? -1 : 1));
  const replicaRegions = sorted.map(({ region }) => region);
  const replicas = sorted.map(({ stream, resourcePolicy, ...state }): TableState => ({
    ...state,
    owner: stateOwner(table, state.region),
    replicaRegions,
    ...(stream !== undefined && { stream }),
    ...(resourcePolicy !== undefined && { resourcePolicy }),
  }));
  return { ...table, replicas: new Map(replicas.map((state) => [state.region, state])) };
}

function stateOwner({ owner, home }: Omit<Table, 'replicas'>, region: string): TableState['owner'] {
  if (owner === undefined) {
    return { kind: 'nobody' };
  }
  if (region !== home) {
    return { kind: 'replica', primaryRegion: home };
  }
  const stackName = owner.stack.slice(owner.stack.lastIndexOf('/') + 1);
  return { kind: 'stack', stackName, logicalId: owner.logicalId, deletionPolicy: owner.deletionPolicy };
}

/** The same table with some of its states replaced. */
export function withStates(table: Table, change: (state: TableState) => TableState): Table {
  return tableOf(table, [...table.replicas.values()].map(change));
}

export function withReplica(table: Table, state: TableState): Table {
  return tableOf(table, [...table.replicas.values(), state]);
}

export function withoutReplica(table: Table, region: string): Table {
  const states = [...table.replicas.values()].filter((state) => state.region !== region);
  return withExtras(tableOf(table, states), table.owner?.extras);
}

export function withOwner(table: Table, owner: Owner | undefined, home = table.home): Table {
  return tableOf({ ...table, owner, home }, table.replicas.values());
}

/** The table with these extras, as far as it has the indexes and replicas. */
export function withExtras(table: Table, extras: Extras | undefined): Table {
  return table.owner === undefined
    ? table
    : { ...table, owner: { ...table.owner, extras: extras && standingExtras(extras, partsOf(table)) } };
}

export function partsOf(table: Table): Parts {
  return { indexes: homeState(table).schema.globalIndexes.map(({ indexName }) => indexName), replicas: regionsOf(table) };
}

export function withDeletionPolicy(table: Table, deletionPolicy: string): Table {
  return table.owner === undefined ? table : withOwner(table, { ...table.owner, deletionPolicy });
}

/** Puts the states of all regions together to tables. A state without an owner belongs to the table whose regions have its own. */
export function tablesOf(states: readonly TableState[], resourceOf: ResourceOf): Table[] {
  const byName = new Map<string, TableState[][]>();
  for (const state of states) {
    const key = `${state.account}/${state.tableName}`;
    const groups = byName.get(key) ?? [];
    const group = groups.find((members) => members.some((member) => isOneTable(member, state)));
    if (group === undefined) {
      groups.push([state]);
    } else {
      group.push(state);
    }
    byName.set(key, groups);
  }
  return [...byName.values()].flat().map((group) => tableOfGroup(group, resourceOf));
}

function isOneTable(a: TableState, b: TableState): boolean {
  const [home, other] = [a, b].map(statedHome);
  return home !== undefined && other !== undefined
    ? home === other
    : a.replicaRegions.includes(b.region) || b.replicaRegions.includes(a.region);
}

/** The region of the stack that answers for a state; a live replica does not tell. */
function statedHome({ owner, region }: TableState): string | undefined {
  return owner.kind === 'nobody' ? undefined : owner.kind === 'stack' ? region : owner.primaryRegion;
}

function tableOfGroup(group: readonly TableState[], resourceOf: ResourceOf): Table {
  const [{ tableName: name, account }] = group;
  for (const state of group) {
    if (state.owner.kind === 'stack') {
      return tableOf({ name, account, home: state.region, owner: ownerOf(state, state.owner, resourceOf) }, group);
    }
  }
  const [home] = group.map(({ region }) => region).sort();
  return tableOf({ name, account, home, owner: undefined }, group);
}

function ownerOf(state: TableState, owner: StackOwner, resourceOf: ResourceOf): Owner {
  const stack = stackKey({ account: state.account, region: state.region, stackName: owner.stackName });
  const { logicalId, deletionPolicy } = owner;
  return { stack, logicalId, deletionPolicy, ...resourceOf(stack, logicalId) };
}
