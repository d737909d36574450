import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** One request to DynamoDB whose region is known. */
export interface DynamoRequest {
  readonly region: string;
  /** Such as `PutItem`; empty when the request names none. */
  readonly operation: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Buffer;
}

/** A step on the way of a request: answers itself, or hands on to the next one and may change what comes back. */
export type Step = (request: DynamoRequest, next: (request: DynamoRequest) => Promise<Answer>) => Promise<Answer>;

/** The families of DynamoDB's error names, as they stand before the `#` of `__type`. */
const SERVICE = 'com.amazon.coral.service';
const VALIDATION = 'com.amazon.coral.validate';
const DYNAMODB = 'com.amazonaws.dynamodb.v20120810';

const FAMILIES: { readonly [name: string]: string } = {
  AccessDeniedException: SERVICE,
  IncompleteSignatureException: SERVICE,
  InvalidSignatureException: SERVICE,
  MissingAuthenticationTokenException: SERVICE,
  RequestEntityTooLargeException: SERVICE,
  SerializationException: SERVICE,
  ValidationException: VALIDATION,
};

export function jsonAnswer(value: object, status = 200): Answer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() },
    body: Buffer.from(JSON.stringify(value)),
  };
}

/** An error in DynamoDB's form. */
export class Refusal extends Error {
  public constructor(
    public readonly errorName: string,
    message: string,
    private readonly status = 400,
  ) {
    super(message);
  }

  public get answer(): Answer {
    return jsonAnswer(
      { __type: `${FAMILIES[this.errorName] ?? DYNAMODB}#${this.errorName}`, message: this.message },
      this.status,
    );
  }
}

/** The fields of a request or of an answer. */
export interface Input {
  readonly [field: string]: unknown;
}

/** The JSON object of a body. */
export function inputOf(body: Buffer): Input {
  try {
    const value: unknown = JSON.parse(body.toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Input;
    }
  } catch {
    // Told below, in DynamoDB's way.
  }
  throw new Refusal('SerializationException', '');
}
