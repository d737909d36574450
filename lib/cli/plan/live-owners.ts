import { Problems } from '../../errors';
import type { LiveTable, TableState } from '../../state';
import { isTable, stackResources, type StackResource } from '../aws/neighbour-services';
import type { LiveAccess } from '../verify/live-access';
import { withoutNestedSuffix } from '../verify/stack-owners';
import { askNeighbour } from '../verify/ask-neighbour';
import type { Source } from './source';
import type { ResourceType } from './table';

/** The resource that made a live table. */
export interface LiveOwner {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: ResourceType;
  readonly tableName: string;
  readonly region: string;
}

type StackName = Pick<LiveOwner, 'region' | 'stackName'>;

/**
 * The tables of every stack of the target, also those that the target does not have any more.
 * @throws IdentityTablesError when a stack is being deployed
 */
export async function ownersInStacks(access: LiveAccess, target: Source): Promise<LiveOwner[]> {
  const problems = new Problems();
  const found = await Promise.all(
    target.stacks.map(async ({ region, stackName }) => {
      const resources = await resourcesOf(access, region, { StackName: stackName });
      checkAtRest(resources, `stack '${stackName}' in ${region}`, problems);
      return ownersOf(resources, region);
    }),
  );
  problems.throwIfAny();
  return found.flat();
}

/** The tables of one stack. */
export async function ownersInStack(access: LiveAccess, { region, stackName }: StackName): Promise<LiveOwner[]> {
  return ownersOf(await resourcesOf(access, region, { StackName: stackName }), region);
}

/** A template that is being deployed says what is on its way, not what stands. */
function checkAtRest(resources: readonly StackResource[], stack: string, problems: Problems): void {
  const moving = resources.filter(({ status }) => status.endsWith('_IN_PROGRESS'));
  if (moving.length > 0) {
    problems.add('IDT1313', {
      what: `${stack} is being deployed`,
      given: moving.map(({ logicalId, status }) => `${logicalId}: ${status}`).join(', '),
      allowed: 'a stack at rest',
    });
  }
}

/** Tables that no stack of the target has may belong to a nested stack, or to a stack of another app. */
export async function withOtherOwners(
  access: LiveAccess,
  owners: readonly LiveOwner[],
  tables: readonly LiveTable[],
  wanted: readonly TableState[],
): Promise<LiveOwner[]> {
  // A replica is owned in one region of its table; another table of the name in another region is not.
  const isOwned = ({ tableName, replicaRegions }: TableState): boolean =>
    owners.some((owner) => owner.tableName === tableName && replicaRegions.includes(owner.region));
  const others: LiveOwner[] = [];
  for (const { state } of tables.filter((table) => !isOwned(table.state))) {
    const resources = await resourcesOf(access, state.region, { PhysicalResourceId: state.tableName });
    const own = ownersOf(resources, state.region).filter(({ tableName }) => tableName === state.tableName);
    others.push(...own.map((owner) => ({ ...owner, stackName: nameInAssembly(owner, wanted) })));
  }
  return [...owners, ...others];
}

function nameInAssembly({ stackName, tableName, region }: LiveOwner, wanted: readonly TableState[]): string {
  const same = wanted.find((state) => state.tableName === tableName && state.region === region);
  return same?.owner.kind === 'stack' ? withoutNestedSuffix(stackName, same.owner.stackName) : stackName;
}

async function resourcesOf(
  access: LiveAccess,
  region: string,
  by: { readonly StackName: string } | { readonly PhysicalResourceId: string },
): Promise<StackResource[]> {
  const ask = (): Promise<StackResource[]> => stackResources(access.neighbours(region), by);
  return (await askNeighbour(access, `which stacks own the tables in ${region}`, ask)) ?? [];
}

function ownersOf(resources: readonly StackResource[], region: string): LiveOwner[] {
  return resources.filter(isTable).map(({ stackName, logicalId, type, physicalId }) => ({
    stackName,
    logicalId,
    type: type as ResourceType,
    tableName: physicalId,
    region,
  }));
}
