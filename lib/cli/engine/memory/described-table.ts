import { inputOf, Refusal, type Answer, type DynamoRequest, type Input } from '../answer';

/** What the engine says about a table, as far as it is needed here. */
export interface DescribedTable {
  readonly TableName: string;
  /** Another one for a table that is deleted and made again. */
  readonly TableId: string;
  readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string }[];
  readonly CreationDateTime: number;
}

export type Next = (request: DynamoRequest) => Promise<Answer>;

/** Asks the engine for a table, by name or ARN. Undefined when there is none. */
export async function describeTable(nameOrArn: string, request: DynamoRequest, next: Next): Promise<DescribedTable | undefined> {
  const name = tableNameOf(nameOrArn);
  const headers = { ...request.headers, 'x-amz-target': 'DynamoDB_20120810.DescribeTable' };
  const body = Buffer.from(JSON.stringify({ TableName: name }));
  const answer = await next({ ...request, operation: 'DescribeTable', headers, body });
  return answer.status === 200 ? (inputOf(answer.body).Table as DescribedTable) : undefined;
}

export function tableNameOf(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? (nameOrArn.split('/')[1] ?? '') : nameOrArn;
}

/** The value of a field that DynamoDB cannot do without. */
export function required(input: Input, field: string): NonNullable<unknown> {
  const value = input[field];
  if (value === undefined || value === null) {
    const member = field[0].toLowerCase() + field.slice(1);
    throw new Refusal(
      'ValidationException',
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return value;
}

export function requiredText(input: Input, field: string): string {
  return text(required(input, field));
}

export function optionalText(input: Input, field: string): string | undefined {
  const value = input[field];
  return value === undefined || value === null ? undefined : text(value);
}

function text(value: unknown): string {
  if (typeof value !== 'string') {
    throw new Refusal('SerializationException', `${typeof value} can not be converted to a String`);
  }
  return value;
}
