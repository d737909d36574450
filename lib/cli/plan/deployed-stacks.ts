import { Problems } from '../../errors';
import { tableStatesOfTemplate, type TableState } from '../../state';
import { stackTemplate } from '../aws/stack-template';
import type { LiveAccess } from '../verify/live-access';
import type { AssemblyStack } from './assembly-stacks';
import { askNeighbour } from './neighbours';
import { sourceOf, type Source } from './source';
import { namesIn, referencedBy, type Json, type TemplateResource } from './template';

interface OpenTemplate {
  readonly Parameters?: Json;
  readonly Resources?: { readonly [logicalId: string]: TemplateResource & { readonly Condition?: string } };
}

/**
 * The stacks of the target as they were deployed last, as far as they stand and CloudFormation is there to tell.
 * @throws IdentityTablesError when it refuses to tell
 */
export async function deployedStacks(access: LiveAccess, target: Source): Promise<Source> {
  const found = await Promise.all(target.stacks.map((stack) => deployedStack(access, stack)));
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
): Promise<{ readonly stack: AssemblyStack; readonly states: readonly TableState[] } | undefined> {
  const { key, region, stackName } = stack;
  const what = `the deployed template of stack '${stackName}' in ${region}`;
  const template = await askNeighbour(access, what, () => stackTemplate(access.neighbours(region), stackName));
  if (template === undefined || hasOpenTables(template)) {
    return undefined;
  }
  const problems = new Problems();
  const [account] = key.split('/');
  const states = tableStatesOfTemplate(template, { account, region, stackName, parameters: {} }, problems);
  // A table that cannot be read, such as one whose name is a parameter, is planned as if its template were not known.
  return problems.all.length > 0 ? undefined : { stack: { ...stack, template }, states };
}

/** What parameters and conditions of a deployment decide would be read as off, and set back: such a template tells nothing. */
function hasOpenTables({ Resources = {}, Parameters = {} }: OpenTemplate): boolean {
  const tables = Object.values(Resources).filter(({ Type }) => Type.startsWith('AWS::DynamoDB::'));
  return tables.some(({ Condition: condition, Properties: properties }) => {
    const isDecided = /"Fn::If"|:"(true|false)"/.test(JSON.stringify(properties ?? {}));
    return (
      condition !== undefined || isDecided || [...namesIn(properties, referencedBy)].some((id) => Object.hasOwn(Parameters, id))
    );
  });
}
