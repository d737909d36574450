import { stacksWithParameters, type AssemblyDefaults, type Parameters, type StackPlace } from '../../state';
import { stackParameters } from '../aws/stack-parameters';
import type { LiveAccess } from './live-access';
import { askNeighbour } from './ask-neighbour';
import { failAtCall } from './single-call';

/** The credentials are those of one account. */
type Place = Omit<StackPlace, 'account'>;

/** The parameters that stacks were deployed with last. Each stack is asked for once. */
export class DeployedParameters {
  private readonly known = new Map<string, Promise<Parameters | undefined>>();

  public constructor(private readonly access: LiveAccess) {}

  /** @throws IdentityTablesError when CloudFormation refuses to tell */
  public of(stack: Place): Promise<Parameters | undefined> {
    const answer = this.known.get(keyOf(stack)) ?? this.ask(stack);
    this.known.set(keyOf(stack), answer);
    return answer;
  }

  private async ask({ region, stackName }: Place): Promise<Parameters | undefined> {
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
  const known = new Map(await Promise.all(stacks.map(async (stack) => [keyOf(stack), await parameters.of(stack)] as const)));
  return { ...defaults, parametersOf: (stack) => known.get(keyOf(stack)) };
}

function keyOf({ region, stackName }: Place): string {
  return `${region}/${stackName}`;
}
