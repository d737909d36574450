import { isTable, stackResources } from '../aws/neighbour-services';
import type { LiveAccess } from '../verify/live-access';
import { askNeighbour } from '../verify/ask-neighbour';

const OWNERS = 'which stacks own the tables';

type Stack = { readonly region: string; readonly stackName: string };

/** What is missing until a stack owns exactly these tables; undefined where there is no CloudFormation to ask. */
export async function ownersMissing(
  access: LiveAccess,
  { region, stackName }: Stack,
  names: readonly string[],
): Promise<string[] | undefined> {
  const resources = await askNeighbour(access, OWNERS, () => stackResources(access.neighbours(region), { StackName: stackName }));
  if (resources === undefined || resources.length === 0) {
    return resources && [`stack ${stackName} in ${region} does not stand`];
  }
  const owned = resources.filter(isTable).map(({ physicalId }) => physicalId);
  return [
    ...names.filter((name) => !owned.includes(name)).map((name) => `${name}@${region} is not in stack ${stackName}`),
    ...owned.filter((name) => !names.includes(name)).map((name) => `${name}@${region} is still in stack ${stackName}`),
  ];
}

/** That a stack still stands; undefined where there is no CloudFormation to ask. */
export async function standsStill(access: LiveAccess, { region, stackName }: Stack): Promise<string[] | undefined> {
  const resources = await askNeighbour(access, OWNERS, () => stackResources(access.neighbours(region), { StackName: stackName }));
  return resources && (resources.length === 0 ? [] : [`stack ${stackName} in ${region} still stands`]);
}

/** The stack that still owns a table; undefined where there is no CloudFormation to ask. */
export async function ownedStill(access: LiveAccess, tableName: string, region: string): Promise<string[] | undefined> {
  const resources = await askNeighbour(access, OWNERS, () =>
    stackResources(access.neighbours(region), { PhysicalResourceId: tableName }),
  );
  return resources
    ?.filter(({ physicalId }) => physicalId === tableName)
    .map(({ stackName }) => `${tableName}@${region} is still in stack ${stackName}`);
}
