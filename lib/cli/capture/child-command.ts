import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { MADE_UP_CREDENTIALS } from '../aws/endpoint';

/** How long the command may take to end when it is asked to. */
const GRACE_MS = 10_000;
const POLL_MS = 20;

/**
 * Runs the command until it ends or standard input closes, which also happens when this process is killed: then the whole group goes.
 * A signal to the group reaches the command; the wrapper and the reader wait for what it does.
 */
const WRAPPER = `
trap : TERM
exec 3<&0
"$0" "$@" 3<&- </dev/null &
command=$!
{ trap '' TERM; read -r _ <&3; kill -KILL 0; } 2>/dev/null >&2 &
reader=$!
exec 3<&-
wait "$command" 2>/dev/null
code=$?
while kill -0 "$command" 2>/dev/null; do
  wait "$command" 2>/dev/null
  code=$?
done
kill -KILL "$reader" 2>/dev/null
exit "$code"
`;

/** Variables with which a client would rather use credentials of AWS. */
const REAL_CREDENTIALS: ReadonlySet<string> = new Set([
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_DEFAULT_PROFILE',
  'AWS_PROFILE',
  'AWS_ROLE_ARN',
  'AWS_SESSION_TOKEN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
]);

/** How the command ended: with a code, or by a signal. */
export interface CommandEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not be started. */
  readonly failure?: string;
}

/** The command of a capture, with all processes that it starts. */
export interface ChildCommand {
  readonly ended: Promise<CommandEnd>;
  /** Asks it to end, and ends what is left of it after a while. */
  readonly stop: () => Promise<void>;
}

/** What the command writes goes to standard error: standard output is for the result of this program. */
export function startCommand([program, ...args]: readonly string[], env: NodeJS.ProcessEnv): ChildCommand {
  const isWindows = process.platform === 'win32';
  const [file, fileArgs] = isWindows ? [program, args] : ['sh', ['-c', WRAPPER, program, ...args]];
  const child = spawn(file, fileArgs, { env, stdio: ['pipe', 2, 2], detached: !isWindows });
  child.stdin?.on('error', () => undefined);
  const ended = endOf(child).finally(() => signalAll(child, 'SIGKILL'));
  const stop = async (): Promise<void> => {
    signalAll(child, 'SIGTERM');
    const limit = Date.now() + GRACE_MS;
    while (child.exitCode === null && child.signalCode === null && Date.now() < limit) {
      await sleep(POLL_MS);
    }
    signalAll(child, 'SIGKILL');
    await ended;
  };
  return { ended, stop };
}

/** The surroundings of the command: every AWS client in it finds the endpoint and made-up keys, and no others. */
export function commandEnvironment(env: NodeJS.ProcessEnv, endpoint: string, region: string): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !REAL_CREDENTIALS.has(name))),
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_DYNAMODB_STREAMS: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: MADE_UP_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: MADE_UP_CREDENTIALS.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

async function endOf(child: ChildProcess): Promise<CommandEnd> {
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return { code, signal };
  } catch (error) {
    return { code: null, signal: null, failure: error instanceof Error ? error.message : String(error) };
  }
}

/** To the command and all processes of its group. */
function signalAll(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (process.platform === 'win32' || child.pid === undefined) {
      child.kill(signal);
    } else {
      process.kill(-child.pid, signal);
    }
  } catch {
    // There is none any more.
  }
}
