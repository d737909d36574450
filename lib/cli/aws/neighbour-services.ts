import { partitionOf } from '../../errors';
import { Patience } from './patience';
import { isCredentialError, passingError } from './service-error';
import { callService, type ServiceAnswer } from './service-call';
import type { Keys } from './signed-request';

/** The services that know about tables what DynamoDB does not, in one region. */
export interface NeighbourServices {
  readonly region: string;
  readonly keys: () => Promise<Keys>;
  /** Undefined for AWS itself. */
  readonly endpoint: string | undefined;
  /** A new one, which tells nobody, when left out. */
  readonly patience?: Patience;
}

/** A refusal with what the service said. */
export class ServiceRefusal extends Error {
  /** As errors of the SDK tell it: without a status nothing answered. */
  public readonly $metadata: { readonly httpStatusCode?: number };

  public constructor(
    public readonly status: number,
    public readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = code === '' ? 'Error' : code;
    this.$metadata = status === 0 ? {} : { httpStatusCode: status };
  }

  /** Whether the service is there and does not tell; another refusal may come from a server that has DynamoDB alone. */
  public get isDenial(): boolean {
    return this.status === 0 || isCredentialError(this.code) || passingError(this) !== undefined;
  }
}

export interface StackResource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  /** Such as `UPDATE_COMPLETE`. */
  readonly status: string;
}

const TABLE_TYPES: ReadonlySet<string> = new Set(['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table']);

export function isTable({ type }: StackResource): boolean {
  return TABLE_TYPES.has(type);
}

const ENTITIES: { readonly [name: string]: string | undefined } = { amp: '&', apos: "'", gt: '>', lt: '<', quot: '"' };

/**
 * The resources of a stack, by its name or by one of them; none when there is no such stack. By a resource that is found, it may be no
 * more than 100 of them.
 */
export async function stackResources(
  services: NeighbourServices,
  by: { readonly StackName: string } | { readonly PhysicalResourceId: string },
): Promise<StackResource[]> {
  const members = 'StackName' in by ? await listed(services, by.StackName) : await besides(services, by.PhysicalResourceId);
  // A stack that was deleted is told of for 90 days, with the tables that it has retained.
  return members.filter(({ status }) => status !== 'DELETE_COMPLETE' && status !== 'DELETE_SKIPPED');
}

/**
 * All resources of a stack, page by page: DescribeStackResources ends after 100.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html
 */
async function listed(services: NeighbourServices, stackName: string): Promise<StackResource[]> {
  const members: StackResource[] = [];
  let token: string | undefined;
  do {
    const body = await askCloudFormation(services, 'ListStackResources', {
      StackName: stackName,
      ...(token !== undefined && { NextToken: token }),
    });
    if (body === undefined) {
      return [];
    }
    members.push(...membersOf(body).map((member) => ({ ...member, stackName })));
    token = field(body, 'NextToken');
  } while (token !== undefined && token !== '');
  return members;
}

/**
 * What is in one stack with a resource. No other call finds a stack by a resource, and this one does not tell it when it is behind the
 * first 100 of the stack; its stack is then listed.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html
 */
async function besides(services: NeighbourServices, physicalId: string): Promise<StackResource[]> {
  const body = await askCloudFormation(services, 'DescribeStackResources', { PhysicalResourceId: physicalId });
  const members = body === undefined ? [] : membersOf(body);
  if (members.length === 0 || members.some((member) => member.physicalId === physicalId)) {
    return members;
  }
  return listed(services, members[0].stackName);
}

/** Undefined when there is no such stack. */
export async function askCloudFormation(
  services: NeighbourServices,
  action: string,
  parameters: { readonly [name: string]: string },
): Promise<string | undefined> {
  const form = new URLSearchParams({ Action: action, Version: '2010-05-15', ...parameters }).toString();
  const { status, body } = await post(
    services,
    'cloudformation',
    action,
    { 'content-type': 'application/x-www-form-urlencoded' },
    form,
  );
  if (status !== 200) {
    const [code, message] = [field(body, 'Code') ?? '', field(body, 'Message') ?? body.slice(0, 200)];
    if (code === 'ValidationError' && /does not exist/.test(message)) {
      return undefined;
    }
    throw new ServiceRefusal(status, code, message);
  }
  if (!body.includes(`<${action}Response`)) {
    throw new ServiceRefusal(status, '', 'the answer is not one of CloudFormation');
  }
  return body;
}

function membersOf(body: string): StackResource[] {
  return [...body.matchAll(/<member>([\s\S]*?)<\/member>/g)].map(([, member]) => ({
    stackName: field(member, 'StackName') ?? '',
    logicalId: field(member, 'LogicalResourceId') ?? '',
    type: field(member, 'ResourceType') ?? '',
    physicalId: field(member, 'PhysicalResourceId') ?? '',
    status: field(member, 'ResourceStatus') ?? '',
  }));
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
    const request = { ServiceNamespace: 'dynamodb', NextToken: token };
    const target = `AnyScaleFrontendService.${action}`;
    const page = await askJson(services, 'application-autoscaling', target, request, (answer) => Array.isArray(answer[list]));
    items.push(...(page[list] as T[]));
    token = page.NextToken as string | undefined;
  } while (token !== undefined && token !== null);
  return items;
}

type Json = { readonly [name: string]: unknown };

/** What a service with the JSON protocol answers, when it is an answer of that service. */
export async function askJson(
  services: NeighbourServices,
  service: string,
  target: string,
  request: Json,
  isAnswer: (answer: Json) => boolean,
): Promise<Json> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  const operation = target.slice(target.indexOf('.') + 1);
  const { status, body } = await post(services, service, operation, headers, JSON.stringify(request));
  const answer = jsonOf(body);
  if (status !== 200 || !isAnswer(answer)) {
    const name = textOf(answer.__type).split('#');
    const message = textOf(answer.message) || textOf(answer.Message) || body.slice(0, 200);
    throw new ServiceRefusal(status, name[name.length - 1], message);
  }
  return answer;
}

async function post(
  { region, keys, endpoint, patience = new Patience(region, () => undefined) }: NeighbourServices,
  service: string,
  operation: string,
  headers: { readonly [name: string]: string },
  body: string,
): Promise<ServiceAnswer> {
  const url = endpoint ?? `https://${service}.${region}.${partitionOf(region).urlSuffix}/`;
  return callService({ url, service, region, headers, body }, await keys(), { operation, patience });
}

function field(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}

/** The text of an element; undefined when there is none. */
export function textField(xml: string, name: string): string | undefined {
  return field(xml, name)?.replace(
    /&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g,
    (entity, hex?: string, decimal?: string, word?: string) =>
      word === undefined
        ? String.fromCodePoint(parseInt(hex ?? decimal ?? '', hex === undefined ? 10 : 16))
        : (ENTITIES[word] ?? entity),
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function jsonOf(body: string): Json {
  try {
    return (JSON.parse(body) as Json | null) ?? {};
  } catch {
    return {};
  }
}
