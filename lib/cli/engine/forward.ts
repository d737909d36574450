import { Agent, request as httpRequest } from 'node:http';
import { Refusal, type Answer, type DynamoRequest } from './answer';

/** Headers that belong to one connection, and the length, which is set anew. */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
]);

/** Where a server listens, without encryption. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Sends requests on to other servers, over connections that stay open. */
export class Forwarder {
  private readonly agent = new Agent({ keepAlive: true });

  public async send(address: Address, request: DynamoRequest): Promise<Answer> {
    try {
      return await this.attempt(address, request, this.agent);
    } catch (error) {
      // A kept connection may have been closed by the other side before this request was read.
      if (error instanceof StaleConnection) {
        return this.attempt(address, request, false);
      }
      throw error;
    }
  }

  public close(): void {
    this.agent.destroy();
  }

  private attempt({ host, port }: Address, { path, headers, body }: DynamoRequest, agent: Agent | false): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        {
          host,
          port,
          path,
          method: 'POST',
          agent,
          headers: { ...endToEnd(headers), 'content-length': body.length },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 500, headers: endToEnd(response.headers), body: Buffer.concat(chunks) }),
          );
        },
      );
      request.on('error', (error) => reject(request.reusedSocket ? new StaleConnection(error.message) : unreachable(error)));
      request.end(body);
    });
  }
}

class StaleConnection extends Error {}

function unreachable(error: Error): Refusal {
  return new Refusal('InternalServerError', `The engine does not answer: ${error.message}`, 500);
}

function endToEnd(headers: NodeJS.Dict<string | string[]>): { [name: string]: string } {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !CONNECTION_HEADERS.has(name))
      .map(([name, value]) => [name, String(value)]),
  );
}
