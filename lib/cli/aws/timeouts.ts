const CONNECTION_TIMEOUT_MS = 5_000;

/** How the SDK waits for a server. Without the last option it only warns of a server that does not answer, and waits on. */
export function timeouts(requestTimeout: number): {
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly throwOnRequestTimeout: true;
} {
  return { connectionTimeout: CONNECTION_TIMEOUT_MS, requestTimeout, throwOnRequestTimeout: true };
}
