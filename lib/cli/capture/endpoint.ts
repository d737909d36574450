import { once } from 'node:events';
import { createConnection } from 'node:net';
import { fail } from '../../errors';
import type { Step } from '../engine/answer';
import { startEmbeddedEngine } from '../engine';
import { Forwarder, type Address } from '../engine/forward';
import { startRouter } from '../engine/router';
import { signedUpstream } from './signed-upstream';

/** The endpoint that the server uses while it is recorded. */
export interface CaptureEndpoint {
  readonly url: string;
  /** Settles with the reason when what is behind the endpoint ends by itself. */
  readonly broken: Promise<string>;
  readonly stop: () => Promise<void>;
}

export interface EndpointOptions {
  readonly port: number;
  readonly region: string;
  readonly steps: readonly Step[];
  /** The server to stand in front of; the embedded engine when there is none. */
  readonly upstream?: string;
  /** Whether that server checks signatures, so that requests are signed anew with the user's own credentials. */
  readonly sign?: boolean;
}

const HTTP_PORT = 80;
const CONNECT_TIMEOUT_MS = 5_000;

/** @throws IdentityTablesError when it cannot listen, the engine does not start, or the server behind it does not answer */
export async function openEndpoint({ port, region, steps, upstream, sign }: EndpointOptions): Promise<CaptureEndpoint> {
  if (upstream === undefined) {
    const engine = await startEmbeddedEngine({ regions: [region], port, steps });
    const broken = new Promise<string>((resolve) => {
      engine.engines.onEnd = (ofRegion, reason) => resolve(`the engine of ${ofRegion} ended: ${reason}`);
    });
    return { url: engine.endpoint, broken, stop: engine.stop };
  }
  if (sign === true) {
    const router = await startRouter({ port, steps, send: await signedUpstream(upstream) });
    return { url: router.endpoint, broken: new Promise(() => undefined), stop: router.close };
  }
  const address = addressOf(upstream);
  await checkListening(address, upstream);
  const forwarder = new Forwarder();
  const router = await startRouter({ port, steps, send: (request) => forwarder.send(address, request) });
  const stop = async (): Promise<void> => {
    await router.close();
    forwarder.close();
  };
  return { url: router.endpoint, broken: new Promise(() => undefined), stop };
}

/** @throws IdentityTablesError when the address is not that of a server without encryption */
export function addressOf(upstream: string): Address {
  const url = URL.canParse(upstream) ? new URL(upstream) : undefined;
  if (url === undefined || url.protocol !== 'http:') {
    return fail('IDT1413', {
      what:
        url?.protocol === 'https:'
          ? 'requests to an encrypted endpoint, such as AWS, have to be signed anew, which is done only when asked for'
          : "option '--upstream' is not the address of a server",
      given: `'${upstream}'`,
      allowed: 'an address that starts with http://, or one with --sign',
      fix: 'add --sign to sign them with your own AWS credentials, or write the address like http://127.0.0.1:8000',
    });
  }
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || HTTP_PORT) };
}

async function checkListening({ host, port }: Address, upstream: string): Promise<void> {
  const connection = createConnection({ host, port, timeout: CONNECT_TIMEOUT_MS });
  connection.once('timeout', () => connection.destroy(new Error(`no answer within ${CONNECT_TIMEOUT_MS / 1000} seconds`)));
  try {
    await once(connection, 'connect');
  } catch (error) {
    fail('IDT1413', {
      what: `nobody listens at ${upstream}`,
      given: error instanceof Error ? error.message : String(error),
      fix: 'start the server there first, or leave --upstream out to use the embedded engine',
    });
  } finally {
    connection.destroy();
  }
}
