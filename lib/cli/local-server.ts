import { endpointAt, madeUpEndpoint, type Endpoint } from './aws/endpoint';
import { REMEMBERED_ONLY, startEmbeddedEngine } from './engine';

/** The server that holds the tables of `local`. */
export interface LocalServer {
  readonly endpoint: Endpoint;
  readonly isEmbedded: boolean;
  /** What the server takes as a setting without doing it, by name of the setting, as far as that is known. */
  readonly remembersOnly: { readonly [setting: string]: string };
  readonly stop: () => Promise<void>;
}

/** The server at an address, or the embedded engine with the given regions when there is none. */
export async function openServer(
  address: string | undefined,
  env: NodeJS.ProcessEnv,
  regions: readonly string[],
): Promise<LocalServer> {
  if (address !== undefined) {
    return { endpoint: endpointAt(address, env), isEmbedded: false, remembersOnly: {}, stop: () => Promise.resolve() };
  }
  const engine = await startEmbeddedEngine({ regions });
  return { endpoint: madeUpEndpoint(engine.endpoint), isEmbedded: true, remembersOnly: REMEMBERED_ONLY, stop: engine.stop };
}
