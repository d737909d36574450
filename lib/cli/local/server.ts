import { endpointAt, type Endpoint } from '../aws/endpoint';

/** The server that holds the tables of `local`. */
export interface LocalServer {
  readonly endpoint: Endpoint;
  readonly isEmbedded: boolean;
  /** What the server takes as a setting without doing it, by name of the setting, as far as that is known. */
  readonly remembersOnly: { readonly [setting: string]: string };
  readonly stop: () => Promise<void>;
}

/** The server at an address, which someone else runs. */
export function serverAt(address: string, env: NodeJS.ProcessEnv): LocalServer {
  return { endpoint: endpointAt(address, env), isEmbedded: false, remembersOnly: {}, stop: () => Promise.resolve() };
}
