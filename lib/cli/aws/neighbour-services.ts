import { partitionOf } from '../../errors';
import { callService, type ServiceAnswer } from './service-call';
import type { Keys } from './signed-request';

/** The services that know about tables what DynamoDB does not, in one region. */
export interface NeighbourServices {
  readonly region: string;
  readonly keys: () => Promise<Keys>;
  /** Undefined for AWS itself. */
  readonly endpoint: string | undefined;
}

/** A refusal with what the service said. */
export class ServiceRefusal extends Error {
  public constructor(
    public readonly status: number,
    public readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface StackResource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html */
const MOST_RESOURCES = 100;

/** The resources of a stack, by its name or by one of them; none when there is no such stack. */
export async function stackResources(
  services: NeighbourServices,
  by: { readonly StackName: string } | { readonly PhysicalResourceId: string },
): Promise<StackResource[]> {
  const body = new URLSearchParams({ Action: 'DescribeStackResources', Version: '2010-05-15', ...by }).toString();
  const answer = await post(services, 'cloudformation', { 'content-type': 'application/x-www-form-urlencoded' }, body);
  if (answer.status !== 200) {
    const [code, message] = [field(answer.body, 'Code') ?? '', field(answer.body, 'Message') ?? answer.body.slice(0, 200)];
    if (code === 'ValidationError' && /does not exist/.test(message)) {
      return [];
    }
    throw new ServiceRefusal(answer.status, code, message);
  }
  if (!answer.body.includes('<DescribeStackResourcesResponse')) {
    throw new ServiceRefusal(answer.status, '', 'the answer is not one of CloudFormation');
  }
  const members = [...answer.body.matchAll(/<member>([\s\S]*?)<\/member>/g)].map(([, member]) => member);
  const resources = members.map((member) => ({
    stackName: field(member, 'StackName') ?? '',
    logicalId: field(member, 'LogicalResourceId') ?? '',
    type: field(member, 'ResourceType') ?? '',
    physicalId: field(member, 'PhysicalResourceId') ?? '',
    status: field(member, 'ResourceStatus') ?? '',
  }));
  const isFound = resources.some(({ physicalId }) => 'PhysicalResourceId' in by && physicalId === by.PhysicalResourceId);
  if (resources.length >= MOST_RESOURCES && !isFound) {
    const [{ stackName }] = resources;
    throw new ServiceRefusal(
      200,
      'Incomplete',
      `stack '${stackName}' has more resources than the ${MOST_RESOURCES} that the call tells`,
    );
  }
  // A stack that was deleted is told of for 90 days, with the tables that it has retained.
  return resources.filter(({ status }) => status !== 'DELETE_COMPLETE' && status !== 'DELETE_SKIPPED');
}

export interface ScalableTarget {
  /** Such as `table/users` or `table/users/index/email-index`. */
  readonly ResourceId: string;
  /** Such as `dynamodb:table:ReadCapacityUnits`. */
  readonly ScalableDimension: string;
  readonly MinCapacity: number;
  readonly MaxCapacity: number;
}

export interface ScalingPolicy {
  readonly ResourceId: string;
  readonly ScalableDimension: string;
  readonly TargetTrackingScalingPolicyConfiguration?: { readonly TargetValue?: number };
}

/** The scaling targets of all tables of the region. */
export function scalableTargets(services: NeighbourServices): Promise<ScalableTarget[]> {
  return allPages<ScalableTarget>(services, 'DescribeScalableTargets', 'ScalableTargets');
}

/** The scaling policies of all tables of the region. */
export function scalingPolicies(services: NeighbourServices): Promise<ScalingPolicy[]> {
  return allPages<ScalingPolicy>(services, 'DescribeScalingPolicies', 'ScalingPolicies');
}

async function allPages<T>(services: NeighbourServices, action: string, list: string): Promise<T[]> {
  const items: T[] = [];
  let token: string | undefined;
  do {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AnyScaleFrontendService.${action}` };
    const body = JSON.stringify({ ServiceNamespace: 'dynamodb', NextToken: token });
    const answer = await post(services, 'application-autoscaling', headers, body);
    const page = jsonOf(answer);
    if (answer.status !== 200 || !Array.isArray(page[list])) {
      const name = textOf(page.__type).split('#');
      const message = textOf(page.message) || textOf(page.Message) || answer.body.slice(0, 200);
      throw new ServiceRefusal(answer.status, name[name.length - 1], message);
    }
    items.push(...(page[list] as T[]));
    token = page.NextToken as string | undefined;
  } while (token !== undefined && token !== null);
  return items;
}

async function post(
  { region, keys, endpoint }: NeighbourServices,
  service: string,
  headers: { readonly [name: string]: string },
  body: string,
): Promise<ServiceAnswer> {
  const url = endpoint ?? `https://${service}.${region}.${partitionOf(region).urlSuffix}/`;
  return callService({ url, service, region, headers, body }, await keys());
}

function field(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function jsonOf({ body }: ServiceAnswer): { readonly [name: string]: unknown } {
  try {
    return (JSON.parse(body) as { readonly [name: string]: unknown } | null) ?? {};
  } catch {
    return {};
  }
}
