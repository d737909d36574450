import { UNKNOWN_POLICY, type LiveTable, type TableOwner, type TableState, type Unread } from '../../state';
import { isTable, stackResources, type NeighbourServices, type StackResource } from '../aws/neighbour-services';
import { neighbourUnread } from './neighbour-unread';

/** What CloudFormation puts behind the name of a nested stack. */
const NESTED_SUFFIX = /^-[A-Z0-9]{12,13}$/;

/**
 * The tables of one region with the stacks that own them, as far as the assembly wants a stack there. The wanted stacks are asked
 * first, one call each; only of a table that none of them has, it is asked which stack has it.
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
  const asked = tables.filter(({ state }) => state.owner.kind === 'nobody' && owners.has(state.tableName));
  if (asked.length === 0) {
    return [...tables];
  }
  try {
    const stacks = new Set(asked.map(({ state }) => owners.get(state.tableName) ?? ''));
    const resources = (await Promise.all([...stacks].map((StackName) => stackResources(services, { StackName })))).flat();
    const found: LiveTable[] = [];
    for (const table of tables) {
      found.push(
        asked.includes(table) ? await owned(services, table, resources, owners.get(table.state.tableName) ?? '') : table,
      );
    }
    return found;
  } catch (error) {
    return tables.map((table) => (asked.includes(table) ? withUnread(table, neighbourUnread(services, 'owner', error)) : table));
  }
}

async function owned(
  services: NeighbourServices,
  table: LiveTable,
  known: readonly StackResource[],
  wantedStack: string,
): Promise<LiveTable> {
  const { tableName } = table.state;
  const own = known.find((resource) => isTableOf(resource, tableName));
  const resource =
    own ?? (await stackResources(services, { PhysicalResourceId: tableName })).find((each) => isTableOf(each, tableName));
  const owner: TableOwner =
    resource === undefined
      ? { kind: 'nobody' }
      : { kind: 'stack', ...named(resource, wantedStack), deletionPolicy: UNKNOWN_POLICY };
  return { ...table, state: { ...table.state, owner }, unread: table.unread.filter(({ kind }) => kind !== 'owner') };
}

function isTableOf(resource: StackResource, tableName: string): boolean {
  return isTable(resource) && resource.physicalId === tableName;
}

/** A nested stack is known to the assembly without the end of its name. */
function named({ stackName, logicalId }: StackResource, wantedStack: string): { stackName: string; logicalId: string } {
  const isNested = stackName.startsWith(wantedStack) && NESTED_SUFFIX.test(stackName.slice(wantedStack.length));
  return { stackName: isNested ? wantedStack : stackName, logicalId };
}

function withUnread(table: LiveTable, unread: Unread): LiveTable {
  return { ...table, unread: [...table.unread.filter(({ kind }) => kind !== unread.kind), unread] };
}
