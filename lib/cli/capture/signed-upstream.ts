import { fail } from '../../errors';
import { loadDynamoSdk } from '../aws/sdk';
import { signedHeaders, type Keys } from '../aws/signed-request';
import { Refusal, type Answer, type DynamoRequest } from '../engine/answer';

const TIMEOUT_MS = 60_000;
/** What of an answer belongs to it and not to the connection. */
const ANSWER_HEADERS = ['content-type', 'x-amz-crc32', 'x-amzn-requestid'];

/**
 * Sends requests to a server that checks signatures, such as AWS, signed anew with the credentials of the AWS credential chain:
 * what the recorded server signed was signed for this endpoint.
 * @throws IdentityTablesError when there are no credentials
 */
export async function signedUpstream(upstream: string): Promise<(request: DynamoRequest) => Promise<Answer>> {
  const credentials = await credentialChain();
  const url = new URL('/', upstream).href;
  return async ({ region, headers, body }) => {
    const text = body.toString('utf8');
    const request = {
      url,
      service: 'dynamodb',
      region,
      headers: {
        'content-type': String(headers['content-type'] ?? 'application/x-amz-json-1.0'),
        'x-amz-target': String(headers['x-amz-target']),
      },
      body: text,
    };
    const signed = signedHeaders(request, await credentials(), new Date());
    return send(url, { ...signed, 'accept-encoding': 'identity' }, text);
  };
}

async function send(url: string, headers: Record<string, string>, body: string): Promise<Answer> {
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const kept = ANSWER_HEADERS.flatMap((name) => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    return { status: response.status, headers: Object.fromEntries(kept), body: Buffer.from(await response.arrayBuffer()) };
  } catch (error) {
    const { cause, message } = error as Error;
    throw new Refusal(
      'InternalServerError',
      `The server behind does not answer: ${cause instanceof Error ? cause.message : message}`,
      500,
    );
  }
}

/** The credentials as the SDK finds and renews them. */
async function credentialChain(): Promise<() => Promise<Keys>> {
  const { DynamoDBClient } = await loadDynamoSdk();
  const { credentials } = new DynamoDBClient({ region: 'us-east-1' }).config;
  try {
    await credentials();
  } catch (error) {
    fail('IDT1413', {
      what: 'there are no AWS credentials to sign requests with',
      given: error instanceof Error ? error.message : String(error),
      allowed: 'credentials of the AWS credential chain, such as AWS_PROFILE',
      fix: 'log in, or set AWS_PROFILE',
    });
  }
  return credentials;
}
