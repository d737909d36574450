import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { NeighbourServices } from '../../lib/cli/aws/neighbour-services';

type Json = Record<string, unknown>;

/** A live table of the stub: what each call about it answers. */
export interface StubTable {
  /** Fields of DescribeTable beside name, ARN and what a bare table has. */
  readonly table?: Json;
  readonly timeToLive?: Json;
  readonly recovery?: Json;
  readonly tags?: Readonly<Record<string, string>>;
  readonly policy?: object;
  /** Statuses by index name; `''` is the table. */
  readonly insights?: Readonly<Record<string, string>>;
  /** Statuses by the ARN of a Kinesis stream. */
  readonly kinesis?: Readonly<Record<string, string>>;
  /** Pages of a scan: how many items of each match, how many there are, and what reading them takes. */
  readonly pages?: ReadonlyArray<{ readonly count: number; readonly scanned: number; readonly units: number }>;
}

/** What DescribeKey tells of a key. */
export interface StubKey {
  readonly Arn: string;
  readonly KeyManager: 'AWS' | 'CUSTOMER';
}

export interface Call {
  readonly region: string;
  readonly operation: string;
  readonly input: Json;
}

export interface Reply {
  readonly status: number;
  readonly body: Json | string;
}

const ACCOUNT = '111122223333';
const STACK_CALLS = ['DescribeStackResources', 'ListStackResources'];
const NEIGHBOUR_CALLS = [...STACK_CALLS, 'GetTemplate', 'DescribeStacks'];
/** That many resources DescribeStackResources tells at most, and ListStackResources in one page. */
const RESOURCES_AT_ONCE = 100;

export function refusal(name: string, message = 'said the stub', status = 400): Reply {
  return { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message } };
}

/** An endpoint that answers as DynamoDB does, one set of tables for each region, and keeps every call. */
export class StubDynamo {
  public readonly calls: Call[] = [];
  /** Physical ids by logical id, for stacks such as `eu-central-1/Identity`; without any, the endpoint has no CloudFormation. */
  public stacks: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  /** Names of tables that stacks have as AWS::DynamoDB::Table. */
  public singleRegionTables: readonly string[] = [];
  /** Names of stacks that were deleted and have retained their tables. */
  public deletedStacks: readonly string[] = [];
  /** Templates as text, for stacks such as `eu-central-1/Identity`; without any, the endpoint does not tell them. */
  public templates: Readonly<Record<string, string>> | undefined;
  /** Members of Parameters, for stacks such as `eu-central-1/Identity`; without any, the endpoint does not tell them. */
  public parameters: Readonly<Record<string, ReadonlyArray<Readonly<Record<string, string>>>>> | undefined;
  /** Scaling targets and policies by region; without any, the endpoint has no scaling. */
  public scaling: Readonly<Record<string, { targets: Json[]; policies: Json[] }>> | undefined;
  /** Keys by region and by id, ARN or alias; without any, the endpoint has no KMS. */
  public keys: Readonly<Record<string, Readonly<Record<string, StubKey>>>> | undefined;
  /** Answers in the place of the tables, when it returns something. */
  public before: (call: Call) => Reply | undefined = () => undefined;
  private readonly tables = new Map<string, StubTable>();

  private constructor(private readonly server: Server) {}

  public static async start(): Promise<StubDynamo> {
    const server = createServer();
    const stub = new StubDynamo(server);
    server.on('request', (request: IncomingMessage, response) => {
      void read(request).then((body) => {
        const reply = stub.answer(callOf(request, body));
        response.writeHead(reply.status, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return stub;
  }

  public get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** How services beside DynamoDB are asked here. */
  public services(region: string): NeighbourServices {
    const keys = { accessKeyId: 'local', secretAccessKey: 'local' };
    return { region, keys: () => Promise.resolve(keys), endpoint: this.endpoint };
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  public set(region: string, tableName: string, table: StubTable = {}): void {
    this.tables.set(`${region}/${tableName}`, table);
  }

  public remove(region: string, tableName: string): void {
    this.tables.delete(`${region}/${tableName}`);
  }

  /** Names of the operations that were called, with the region, in order. */
  public callsOf(operation: string): Call[] {
    return this.calls.filter((call) => call.operation === operation);
  }

  private answer(call: Call): Reply {
    this.calls.push(call);
    const replaced = this.before(call);
    if (replaced !== undefined) {
      return replaced;
    }
    const { region, operation, input } = call;
    if (NEIGHBOUR_CALLS.includes(operation) || operation.startsWith('DescribeScal')) {
      return this.neighbour(call);
    }
    if (operation === 'DescribeKey') {
      return this.key(region, String(input.KeyId));
    }
    if (operation === 'ListTables') {
      return this.list(region, input);
    }
    if (operation === 'DescribeGlobalTable') {
      return refusal('GlobalTableNotFoundException');
    }
    const arn = input.ResourceArn as string | undefined;
    if (arn !== undefined && arn.split(':')[3] !== region) {
      return refusal('ValidationException', `Invalid AWS region in '${arn}'`);
    }
    const name = arn?.split('/')[1] ?? (input.TableName as string);
    const table = this.tables.get(`${region}/${name}`);
    return table === undefined ? refusal('ResourceNotFoundException', `Table: ${name} not found`) : describe(call, name, table);
  }

  private neighbour(call: Call): Reply {
    const { region, operation } = call;
    if (STACK_CALLS.includes(operation) && this.stacks !== undefined) {
      return resourcesOfStack(call, this.stacks, this);
    }
    if (operation === 'GetTemplate' && this.templates !== undefined) {
      return templateOfStack(call, this.templates);
    }
    if (operation === 'DescribeStacks' && this.parameters !== undefined) {
      return parametersOfStack(call, this.parameters);
    }
    if (!NEIGHBOUR_CALLS.includes(operation) && this.scaling !== undefined) {
      const { targets = [], policies = [] } = this.scaling[region] ?? {};
      return ok(operation === 'DescribeScalableTargets' ? { ScalableTargets: targets } : { ScalingPolicies: policies });
    }
    return refusal('UnknownOperationException');
  }

  private key(region: string, keyId: string): Reply {
    if (this.keys === undefined) {
      return refusal('UnknownOperationException');
    }
    const key = this.keys[region]?.[keyId];
    return key === undefined ? refusal('NotFoundException', `${keyId} is not found`) : ok({ KeyMetadata: key });
  }

  private list(region: string, { Limit: limit = 100, ExclusiveStartTableName: start = '' }: Json): Reply {
    if (Number(limit) > 100) {
      return refusal('ValidationException', 'Limit must be at most 100');
    }
    const names = [...this.tables.keys()]
      .filter((key) => key.startsWith(`${region}/`))
      .map((key) => key.split('/')[1])
      .sort()
      .filter((name) => name > String(start));
    const page = names.slice(0, Number(limit));
    return ok({ TableNames: page, ...(page.length < names.length && { LastEvaluatedTableName: page.at(-1) }) });
  }
}

function resourcesOfStack(
  { region, operation, input: { StackName: name, PhysicalResourceId: id, NextToken: token = '0' } }: Call,
  stacks: NonNullable<StubDynamo['stacks']>,
  { deletedStacks, singleRegionTables }: Pick<StubDynamo, 'deletedStacks' | 'singleRegionTables'>,
): Reply {
  const found = Object.entries(stacks).find(
    ([key, resources]) =>
      key === `${region}/${String(name)}` || (key.startsWith(`${region}/`) && Object.values(resources).includes(String(id))),
  );
  if (found === undefined) {
    return xmlError('ValidationError', `Stack for ${String(name ?? id)} does not exist`);
  }
  const stackName = found[0].split('/')[1];
  const isList = operation === 'ListStackResources';
  const typeOf = (table: string): string => `AWS::DynamoDB::${singleRegionTables.includes(table) ? 'Table' : 'GlobalTable'}`;
  const status = deletedStacks.includes(stackName) ? 'DELETE_SKIPPED' : 'CREATE_COMPLETE';
  const all = Object.entries(found[1]).map(([logicalId, physicalId]) =>
    [
      '<member>',
      isList ? '' : `<StackName>${stackName}</StackName>`,
      `<LogicalResourceId>${logicalId}</LogicalResourceId><ResourceStatus>${status}</ResourceStatus>`,
      `<PhysicalResourceId>${physicalId}</PhysicalResourceId><ResourceType>${typeOf(physicalId)}</ResourceType></member>`,
    ].join(''),
  );
  const end = Number(token) + RESOURCES_AT_ONCE;
  const members = all.slice(Number(token), end).join('');
  const next = isList && end < all.length ? `<NextToken>${end}</NextToken>` : '';
  const list = isList
    ? `<StackResourceSummaries>${members}</StackResourceSummaries>${next}`
    : `<StackResources>${members}</StackResources>`;
  return { status: 200, body: `<${operation}Response><${operation}Result>${list}</${operation}Result></${operation}Response>` };
}

function templateOfStack({ region, input }: Call, templates: Readonly<Record<string, string>>): Reply {
  const name = String(input.StackName);
  const body = templates[`${region}/${name}`];
  if (body === undefined) {
    return xmlError('ValidationError', `Stack with id ${name} does not exist`);
  }
  const text = escaped(body).replaceAll('é', '&#xE9;');
  const result = `<GetTemplateResult><TemplateBody>${text}</TemplateBody></GetTemplateResult>`;
  return { status: 200, body: `<GetTemplateResponse>${result}</GetTemplateResponse>` };
}

function parametersOfStack({ region, input }: Call, stacks: NonNullable<StubDynamo['parameters']>): Reply {
  const name = String(input.StackName);
  const parameters = stacks[`${region}/${name}`];
  if (parameters === undefined) {
    return xmlError('ValidationError', `Stack with id ${name} does not exist`);
  }
  const members = parameters.map((parameter) => {
    const fields = Object.entries(parameter).map(([field, value]) => `<${field}>${escaped(value)}</${field}>`);
    return `<member>${fields.join('')}</member>`;
  });
  const lists = `<Outputs><member><OutputKey>Out</OutputKey></member></Outputs><Parameters>${members.join('')}</Parameters>`;
  const stack = `<member><StackName>${name}</StackName>${lists}<Tags/></member>`;
  const result = `<DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult>`;
  return { status: 200, body: `<DescribeStacksResponse>${result}</DescribeStacksResponse>` };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

export function xmlError(code: string, message: string): Reply {
  const error = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status: 400, body: `<ErrorResponse>${error}</ErrorResponse>` };
}

function ok(body: Json): Reply {
  return { status: 200, body };
}

function describe({ region, operation, input }: Call, name: string, table: StubTable): Reply {
  switch (operation) {
    case 'DescribeTable':
      return ok({ Table: { ...bareTable(region, name), ...table.table } });
    case 'DescribeTimeToLive':
      return ok({ TimeToLiveDescription: table.timeToLive ?? { TimeToLiveStatus: 'DISABLED' } });
    case 'DescribeContinuousBackups': {
      const recovery = table.recovery ?? { PointInTimeRecoveryStatus: 'DISABLED' };
      return ok({
        ContinuousBackupsDescription: { ContinuousBackupsStatus: 'ENABLED', PointInTimeRecoveryDescription: recovery },
      });
    }
    case 'Scan': {
      const at = Number((input.ExclusiveStartKey as { id?: { S: string } } | undefined)?.id?.S ?? 0);
      const { count, scanned, units } = table.pages?.[at] ?? { count: 0, scanned: 0, units: 0.5 };
      return ok({
        Count: count,
        ScannedCount: scanned,
        ConsumedCapacity: { TableName: name, CapacityUnits: units },
        ...(at + 1 < (table.pages?.length ?? 0) && { LastEvaluatedKey: { id: { S: String(at + 1) } } }),
      });
    }
    case 'DescribeKinesisStreamingDestination': {
      const streams = Object.entries(table.kinesis ?? {});
      return ok({
        KinesisDataStreamDestinations: streams.map(([StreamArn, DestinationStatus]) => ({ StreamArn, DestinationStatus })),
      });
    }
    case 'ListTagsOfResource':
      return ok({ Tags: Object.entries(table.tags ?? {}).map(([Key, Value]) => ({ Key, Value })) });
    case 'GetResourcePolicy':
      return table.policy === undefined
        ? refusal('PolicyNotFoundException')
        : ok({ Policy: JSON.stringify(table.policy), RevisionId: '1' });
    case 'DescribeContributorInsights': {
      const index = (input.IndexName as string | undefined) ?? '';
      return ok({ ...input, ContributorInsightsStatus: table.insights?.[index] ?? 'DISABLED' });
    }
    default:
      throw new Error(`the stub does not know ${operation}`);
  }
}

/** What DescribeTable says of an on-demand table with the key `id`. */
export function bareTable(region: string, name: string): Json {
  return {
    TableName: name,
    TableArn: `arn:aws:dynamodb:${region}:${ACCOUNT}:table/${name}`,
    TableStatus: 'ACTIVE',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
    DeletionProtectionEnabled: false,
  };
}

function callOf(request: IncomingMessage, body: string): Call {
  const [, region = ''] = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
  if (request.headers['content-type'] === 'application/x-www-form-urlencoded') {
    const { Action: operation, ...input } = Object.fromEntries(new URLSearchParams(body));
    return { region, operation, input };
  }
  const [, operation = ''] = String(request.headers['x-amz-target']).split('.');
  return { region, operation, input: JSON.parse(body) as Json };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}
