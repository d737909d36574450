import type { Parameters } from '../../state';
import { askCloudFormation, textField, type NeighbourServices } from './neighbour-services';

/**
 * What CloudFormation shows in the place of a value that is not to be shown, and of characters that are not ASCII.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/814
 */
const UNTOLD = /^\*+$|\?/;

/**
 * The parameters that a stack was deployed with last, those that are not told as undefined; none when there is no such stack. An SSM
 * parameter has the value that its name led to.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */
export async function stackParameters(services: NeighbourServices, stackName: string): Promise<Parameters | undefined> {
  const body = await askCloudFormation(services, 'DescribeStacks', { StackName: stackName });
  return body === undefined ? undefined : Object.fromEntries(parametersIn(body));
}

function parametersIn(body: string): [string, string | undefined][] {
  const [, list = ''] = /<Parameters>([\s\S]*?)<\/Parameters>/.exec(body) ?? [];
  return [...list.matchAll(/<member>([\s\S]*?)<\/member>/g)].map(([, member]) => {
    const value = textField(member, 'ResolvedValue') ?? textField(member, 'ParameterValue') ?? '';
    return [textField(member, 'ParameterKey') ?? '', UNTOLD.test(value) ? undefined : value];
  });
}
