import { stacksWithParameters, type AssemblyDefaults, type Parameters, type StackPlace } from '../../state';
import { stackParameters } from '../aws/stack-parameters';
import type { LiveAccess } from '../verify/live-access';
import { askNeighbour } from './neighbours';
import { failAtCall } from './single-call';
import { stackKey } from './table';

/** The parameters that stacks were deployed with last. Each stack is asked for once. */
export class DeployedParameters {
  private readonly known = new Map<string, Promise<Parameters | undefined>>();

  public constructor(private readonly access: LiveAccess) {}

  /** @throws IdentityTablesError when CloudFormation refuses to tell */
  public of(stack: Omit<StackPlace, 'account'>): Promise<Parameters | undefined> {
    const key = `${stack.region}/${stack.stackName}`;
    const answer = this.known.get(key) ?? this.ask(stack);
    this.known.set(key, answer);
    return answer;
  }

  private async ask({ region, stackName }: Omit<StackPlace, 'account'>): Promise<Parameters | undefined> {
    const what = `the parameters of stack '${stackName}' in ${region}`;
    try {
      return await askNeighbour(this.access, what, () => stackParameters(this.access.neighbours(region), stackName));
    } catch (error) {
      return failAtCall(error, this.access, what);
    }
  }
}

/**
 * What an assembly is deployed with: the CDK CLI keeps the values of parameters that a stack has, unless it is told others.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/parameters.html
 */
export async function withDeployedParameters(
  assembly: string,
  defaults: AssemblyDefaults,
  parameters: DeployedParameters,
): Promise<AssemblyDefaults> {
  const stacks = stacksWithParameters(assembly, defaults);
  const known = new Map(await Promise.all(stacks.map(async (stack) => [stackKey(stack), await parameters.of(stack)] as const)));
  return { ...defaults, parametersOf: (stack) => known.get(stackKey(stack)) };
}
