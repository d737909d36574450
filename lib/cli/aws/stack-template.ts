import { fail } from '../../errors';
import { askCloudFormation, textField, type NeighbourServices } from './neighbour-services';

type Yaml = typeof import('yaml');
type Json = { readonly [name: string]: unknown };

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

/**
 * Functions may be tags, such as `!Sub`, and there are more of them than are known here.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
function parseYaml(text: string, yaml: Yaml): unknown {
  const collections = { map: yaml.YAMLMap, seq: yaml.YAMLSeq };
  const tags = new Set([...text.matchAll(/!\w+/g)].map(([tag]) => tag));
  const customTags = [...tags].flatMap((tag) => {
    const name = functionOf(tag.slice(1));
    return [
      { tag, resolve: (value: string) => ({ [name]: name === 'Fn::GetAtt' ? partsOf(value) : value }) },
      ...Object.keys(collections).map((collection) => ({
        tag,
        collection: collection as keyof typeof collections,
        resolve: (value: InstanceType<Yaml['YAMLMap']> | InstanceType<Yaml['YAMLSeq']>) => ({
          [name]: value.toJSON() as unknown,
        }),
      })),
    ];
  });
  return yaml.parse(text, { customTags, logLevel: 'error' });
}

function functionOf(name: string): string {
  return name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
}

/** A resource and its attribute, which may have dots of its own. */
function partsOf(path: string): string[] {
  const dot = path.indexOf('.');
  return [path.slice(0, dot), path.slice(dot + 1)];
}
