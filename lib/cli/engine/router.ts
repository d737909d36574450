import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import { fail } from '../../errors';
import { Refusal, type Answer, type DynamoRequest, type Step } from './answer';
import { regionOf } from './signature';

/** The largest request that DynamoDB takes. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
/** Longer than clients keep an idle connection, so that they close first and no request is lost. */
const KEEP_ALIVE_MS = 120_000;

export interface RouterOptions {
  /** 0 for any free port. */
  readonly port: number;
  /** The address to listen at; the loopback address by default. */
  readonly host?: string;
  /** From the first that sees a request to the last. */
  readonly steps: readonly Step[];
  /** Where requests end that no step answers. */
  readonly send: (request: DynamoRequest) => Promise<Answer>;
}

export interface Router {
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

const LOOPBACK = '127.0.0.1';
/** Addresses that stand for all of the machine, the loopback address included. */
const EVERY_ADDRESS = ['0.0.0.0', '::'];

/**
 * A DynamoDB endpoint for all regions.
 * @throws IdentityTablesError when the address cannot be listened at
 */
export async function startRouter({ port, host = LOOPBACK, steps, send }: RouterOptions): Promise<Router> {
  const handle = steps.reduceRight<(request: DynamoRequest) => Promise<Answer>>(
    (next, step) => (request) => step(request, next),
    send,
  );
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (incoming, outgoing) => {
    void respond(incoming, outgoing, handle);
  });
  server.listen(port, host);
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => cannotListen(host, port, error));
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  const reachable = EVERY_ADDRESS.includes(host) ? LOOPBACK : host;
  const { port: taken } = server.address() as AddressInfo;
  return { endpoint: `http://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${taken}`, close };
}

function cannotListen(host: string, port: number, { code, message }: NodeJS.ErrnoException): never {
  const isTaken = code === 'EADDRINUSE';
  return fail('IDT0719', {
    what: isTaken ? `port ${port} of ${host} is taken` : `${host} port ${port} cannot be listened at`,
    given: message,
    allowed: 'an address of this machine, and a port that is free',
    fix: isTaken ? `end the program that listens there, or pass --port 0, which takes a free port` : undefined,
  });
}

async function respond(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: (request: DynamoRequest) => Promise<Answer>,
): Promise<void> {
  // A client that goes away in the middle takes nothing else with it.
  incoming.on('error', () => outgoing.destroy());
  outgoing.on('error', () => outgoing.destroy());
  const answer = await answerTo(incoming, handle).catch(errorAnswer);
  outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length });
  outgoing.end(answer.body);
}

async function answerTo(incoming: IncomingMessage, handle: (request: DynamoRequest) => Promise<Answer>): Promise<Answer> {
  const path = incoming.url ?? '/';
  if (incoming.method === 'GET' && path === '/') {
    return textAnswer(200, 'healthy: dynamodb\n');
  }
  const body = await readBody(incoming);
  const query = new URLSearchParams(path.split('?', 2)[1]);
  const target = incoming.headers['x-amz-target'];
  const operation = typeof target === 'string' ? target.slice(target.indexOf('.') + 1) : '';
  if (incoming.method !== 'POST' || operation === '') {
    return textAnswer(404, '<UnknownOperationException/>\n');
  }
  return handle({ region: regionOf(incoming.headers, query), operation, path, headers: incoming.headers, body });
}

/** Reads to the end even what is too long, but keeps none of it: a client that cannot send cannot read the answer. */
async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) {
      chunks.push(chunk);
    } else {
      chunks.length = 0;
    }
  }
  if (length > MAX_BODY_BYTES) {
    throw new Refusal('RequestEntityTooLargeException', `Request size exceeded ${MAX_BODY_BYTES} bytes`, 413);
  }
  return Buffer.concat(chunks);
}

function textAnswer(status: number, text: string): Answer {
  return { status, headers: { 'content-type': 'text/plain' }, body: Buffer.from(text) };
}

function errorAnswer(error: unknown): Answer {
  const refusal =
    error instanceof Refusal
      ? error
      : new Refusal('InternalServerError', error instanceof Error ? error.message : String(error), 500);
  return refusal.answer;
}
