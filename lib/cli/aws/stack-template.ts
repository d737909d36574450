import { fail } from '../../errors';
import { askCloudFormation, textField, type NeighbourServices } from './neighbour-services';

type Yaml = typeof import('yaml');
type Json = { readonly [name: string]: unknown };

/**
 * Functions that YAML may write as tags, such as `!Sub`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
const FUNCTIONS = [
  'And',
  'Base64',
  'Cidr',
  'Equals',
  'FindInMap',
  'GetAtt',
  'GetAZs',
  'If',
  'ImportValue',
  'Join',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
];
const TAGS = new Map([
  ['!Ref', 'Ref'],
  ['!Condition', 'Condition'],
  ...FUNCTIONS.map((name) => [`!${name}`, `Fn::${name}`] as const),
]);

/**
 * The template that a stack was deployed with last; undefined when there is no such stack. The CDK CLI deploys JSON and imports YAML.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html
 */
export async function stackTemplate(services: NeighbourServices, stackName: string): Promise<Json | undefined> {
  const body = await askCloudFormation(services, 'GetTemplate', { StackName: stackName });
  const text = body === undefined ? undefined : textField(body, 'TemplateBody');
  // A stack that was never deployed, only reviewed, has none.
  return text === undefined || text === '' ? undefined : parse(text, stackName);
}

async function parse(text: string, stackName: string): Promise<Json> {
  try {
    return (text.trimStart().startsWith('{') ? JSON.parse(text) : parseYaml(text, await import('yaml'))) as Json;
  } catch (error) {
    return fail('IDT1205', {
      what: `the template of stack '${stackName}' could not be read`,
      given: error instanceof Error ? error.message : String(error),
    });
  }
}

function parseYaml(text: string, yaml: Yaml): unknown {
  const collections = { map: yaml.YAMLMap, seq: yaml.YAMLSeq };
  const customTags = [...TAGS].flatMap(([tag, name]) => [
    { tag, resolve: (value: string) => ({ [name]: name === 'Fn::GetAtt' ? value.split('.') : value }) },
    ...Object.keys(collections).map((collection) => ({
      tag,
      collection: collection as keyof typeof collections,
      resolve: (value: InstanceType<Yaml['YAMLMap']> | InstanceType<Yaml['YAMLSeq']>) => ({ [name]: value.toJSON() as unknown }),
    })),
  ]);
  return yaml.parse(text, { customTags, logLevel: 'error' });
}
