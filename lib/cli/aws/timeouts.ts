/** How long a command waits for services, in milliseconds. */
export const WAITS = {
  connection: 5_000,
  /** For one answer; there are three attempts. */
  answer: 15_000,
  /**
   * For an operation that a region throttles or fails, as long as none of its calls is answered. A limit by the second lets some
   * through, so that a slow account is waited for as long as it takes.
   */
  patience: 60_000,
  /** Before a person is told what is waited for. */
  notice: 3_000,
};

/** How the SDK waits for a server. Without the last option it only warns of a server that does not answer, and waits on. */
export function timeouts(requestTimeout: number): {
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly throwOnRequestTimeout: true;
} {
  return { connectionTimeout: WAITS.connection, requestTimeout, throwOnRequestTimeout: true };
}
