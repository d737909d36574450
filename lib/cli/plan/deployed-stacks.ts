import { Problems } from '../../errors';
import { tableStatesOfTemplate, usesParameters, type TableState } from '../../state';
import { stackTemplate } from '../aws/stack-template';
import type { LiveAccess } from '../verify/live-access';
import type { AssemblyStack } from './assembly-stacks';
import type { DeployedParameters } from '../verify/deployed-parameters';
import { withKnownParts } from './known-parts';
import { withLostCharacters } from './lost-characters';
import { askNeighbour } from '../verify/ask-neighbour';
import { sourceOf, type Source } from './source';

/**
 * The stacks of the target as they were deployed last, as far as they stand and CloudFormation is there to tell.
 * @throws IdentityTablesError when it refuses to tell
 */
export async function deployedStacks(
  access: LiveAccess,
  target: Source,
  live: readonly TableState[],
  parameters: DeployedParameters,
): Promise<Source> {
  const found = await Promise.all(target.stacks.map((stack) => deployedStack(access, stack, live, parameters)));
  const known = found.flatMap((each) => each ?? []);
  return sourceOf(
    '',
    known.flatMap(({ states }) => states),
    known.map(({ stack }) => stack),
  );
}

async function deployedStack(
  access: LiveAccess,
  stack: AssemblyStack,
  live: readonly TableState[],
  parameters: DeployedParameters,
): Promise<{ readonly stack: AssemblyStack; readonly states: readonly TableState[] } | undefined> {
  const { key, region, stackName } = stack;
  const what = `the deployed template of stack '${stackName}' in ${region}`;
  const told = await askNeighbour(access, what, () => stackTemplate(access.neighbours(region), stackName));
  if (told === undefined) {
    return undefined;
  }
  const template = withLostCharacters(told, [live, stack.template]);
  const [account] = key.split('/');
  const given = (usesParameters(template) ? await parameters.of(stack) : undefined) ?? {};
  const context = { account, region, stackName, parameters: given };
  // A table that cannot be read is planned as if its template were not known.
  const states = tableStatesOfTemplate(template, context, new Problems());
  return { stack: { ...stack, template: withKnownParts(template, context) }, states };
}
