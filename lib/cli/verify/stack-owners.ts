import { UNKNOWN_POLICY, type LiveTable, type TableOwner, type TableState, type Unread } from '../../state';
import { isTable, stackResources, type NeighbourServices, type StackResource } from '../aws/neighbour-services';
import { neighbourUnread } from './neighbour-unread';

/** What CloudFormation puts behind the name of a nested stack. */
const NESTED_SUFFIX = /^-[A-Z0-9]{12,13}$/;

/**
 * The tables of one region with the stacks that own them, as far as the assembly wants a stack there. The wanted stacks are asked
 * first, one call each; only of a table that none of them has, it is asked which stack has it. Tags of CloudFormation stay on a table
 * that its stack has let go of, so that they count only where CloudFormation cannot be asked.
 */
export async function withOwners(
  services: NeighbourServices,
  tables: readonly LiveTable[],
  wanted: readonly TableState[],
): Promise<LiveTable[]> {
  const owners = new Map(
    wanted.flatMap(({ tableName, region, owner }) =>
      region === services.region && owner.kind === 'stack' ? [[tableName, owner.stackName] as const] : [],
    ),
  );
  const asked = tables.filter(({ state }) => owners.has(state.tableName));
  if (asked.length === 0) {
    return [...tables];
  }
  try {
    const stacks = new Set(asked.map(({ state }) => owners.get(state.tableName) ?? ''));
    const known = (await Promise.all([...stacks].map((StackName) => stackResources(services, { StackName })))).flat();
    const found: LiveTable[] = [];
    for (const table of tables) {
      const wantedStack = owners.get(table.state.tableName);
      found.push(wantedStack === undefined ? table : owned(table, await resourceOf(services, table, known), wantedStack));
    }
    return found;
  } catch (error) {
    const unread = neighbourUnread(services, 'owner', error);
    return tables.map((table) => (asked.includes(table) && isUntagged(table) ? withUnread(table, unread) : table));
  }
}

/** What is asked about one table is known of all others in its stack from then on. */
async function resourceOf(
  services: NeighbourServices,
  { state: { tableName } }: LiveTable,
  known: StackResource[],
): Promise<StackResource | undefined> {
  const isOwn = (resource: StackResource): boolean => isTable(resource) && resource.physicalId === tableName;
  if (!known.some(isOwn)) {
    known.push(...(await stackResources(services, { PhysicalResourceId: tableName })));
  }
  return known.find(isOwn);
}

function owned(table: LiveTable, resource: StackResource | undefined, wantedStack: string): LiveTable {
  const owner: TableOwner =
    resource === undefined
      ? { kind: 'nobody' }
      : {
          kind: 'stack',
          stackName: withoutNestedSuffix(resource.stackName, wantedStack),
          logicalId: resource.logicalId,
          deletionPolicy: UNKNOWN_POLICY,
        };
  return { ...table, state: { ...table.state, owner }, unread: table.unread.filter(({ kind }) => kind !== 'owner') };
}

function isUntagged({ state }: LiveTable): boolean {
  return state.owner.kind === 'nobody';
}

/** The name of a stack as the wanted one, when it is that one: a nested stack is known to the assembly without the end of its name. */
export function withoutNestedSuffix(stackName: string, wantedStack: string): string {
  const isNested = stackName.startsWith(wantedStack) && NESTED_SUFFIX.test(stackName.slice(wantedStack.length));
  return isNested ? wantedStack : stackName;
}

function withUnread(table: LiveTable, unread: Unread): LiveTable {
  return { ...table, unread: [...table.unread.filter(({ kind }) => kind !== unread.kind), unread] };
}
