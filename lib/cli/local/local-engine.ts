import { madeUpEndpoint } from '../aws/endpoint';
import { REMEMBERED_ONLY, startEmbeddedEngine } from '../engine';
import type { EngineCall } from '../engine/direct-calls';
import type { DataDirectory } from './data-directory';
import { Duties } from './duties';
import type { LocalServer } from './server';

export interface LocalEngineOptions {
  readonly regions: readonly string[];
  readonly port: number;
  readonly host?: string;
  readonly data?: DataDirectory;
}

/** An engine that ended by itself. */
export interface EngineEnd {
  readonly region: string;
  readonly reason: string;
}

/** The embedded engine with the duties of DynamoDB. */
export interface LocalEngine extends LocalServer {
  readonly call: EngineCall;
  readonly duties: Duties;
  /** Settles when an engine ends that was not stopped. */
  readonly ended: Promise<EngineEnd>;
}

export async function startLocalEngine({ regions, port, host, data }: LocalEngineOptions): Promise<LocalEngine> {
  const duties = new Duties();
  const { endpoint, engines, call, stop } = await startEmbeddedEngine({
    regions,
    port,
    host,
    databaseOf: data?.databaseOf,
    steps: duties.steps,
  });
  const ended = new Promise<EngineEnd>((resolve) => {
    engines.onEnd = (region, reason) => resolve({ region, reason });
  });
  return {
    endpoint: madeUpEndpoint(endpoint),
    isEmbedded: true,
    remembersOnly: REMEMBERED_ONLY,
    call,
    duties,
    ended,
    stop: async () => {
      await duties.stop();
      await stop();
    },
  };
}
