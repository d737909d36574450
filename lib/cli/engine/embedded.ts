import { Refusal, type Step } from './answer';
import { regionInArns } from './arns';
import { engineBinary, INSTALLED } from './binary';
import { directCalls, type EngineCall } from './direct-calls';
import { Forwarder } from './forward';
import { rememberedSettings } from './memory';
import { RegionEngines } from './region-engines';
import { startRouter } from './router';

/** The engine that comes with the command: a process for each region, behind one endpoint. */
export interface EmbeddedEngine {
  readonly endpoint: string;
  readonly engines: RegionEngines;
  /** Calls of the command itself. */
  readonly call: EngineCall;
  readonly stop: () => Promise<void>;
}

export interface EmbeddedEngineOptions {
  /** The regions to start at once; any other is started when it is asked for. */
  readonly regions: readonly string[];
  /** 0, the default, for any free port. */
  readonly port?: number;
  /** The address to listen at; the loopback address by default. */
  readonly host?: string;
  /** The file that keeps the tables of a region; in memory by default. */
  readonly databaseOf?: (region: string) => string;
  /** The engine's program; the installed one by default. */
  readonly binary?: string;
  /** What sees every request before the engine; none by default. */
  readonly steps?: readonly Step[];
}

/** What the engine and the router take as a setting without doing it. */
export const REMEMBERED_ONLY = {
  'point-in-time recovery': 'remembered, but no backup is made',
  'contributor insights': 'remembered, but nothing is measured',
  'resource policy': 'remembered, but not enforced',
} as const;

export async function startEmbeddedEngine({
  regions,
  port = 0,
  host,
  databaseOf,
  binary,
  steps = [],
}: EmbeddedEngineOptions): Promise<EmbeddedEngine> {
  const engines = new RegionEngines(binary ?? engineBinary(INSTALLED), databaseOf);
  const forwarder = new Forwarder();
  const stopEngines = async (): Promise<void> => {
    forwarder.close();
    await engines.stop();
  };
  try {
    await Promise.all(regions.map((region) => engines.of(region)));
    const router = await startRouter({
      port,
      host,
      steps: [...steps, regionInArns, rememberedSettings()],
      send: async (request) => {
        const engine = await engines.of(request.region);
        const failure = engine.failure();
        if (failure !== undefined) {
          throw new Refusal('InternalServerError', `The engine of ${request.region} has ended: ${failure}`, 500);
        }
        return forwarder.send({ host: '127.0.0.1', port: engine.port }, request);
      },
    });
    const stop = async (): Promise<void> => {
      await router.close();
      await stopEngines();
    };
    return { endpoint: router.endpoint, engines, call: directCalls(engines, forwarder), stop };
  } catch (error) {
    await stopEngines();
    throw error;
  }
}
