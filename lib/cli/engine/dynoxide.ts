import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fail } from '../../errors';

/** How long an engine may take until it listens. It takes about 10 ms. */
const START_TIMEOUT_MS = 15_000;
const PORT_ATTEMPTS = 5;
/** What is kept of the engine's output, to tell why it ended. */
const OUTPUT_LIMIT = 2_000;

/**
 * Runs the engine until it ends or standard input closes, which also happens when this process is killed. The engine and the
 * reader run in the background, where Ctrl-C of the terminal does not reach them: this process ends them in order.
 */
export const WRAPPER = `
trap '' INT
exec 3<&0
"$0" "$@" 3<&- </dev/null &
engine=$!
{ read -r _ <&3; kill -KILL "$engine"; } 2>/dev/null >&2 &
reader=$!
exec 3<&-
wait "$engine"
code=$?
kill -KILL "$reader" 2>/dev/null
exit "$code"
`;

export interface EngineOptions {
  readonly binary: string;
  readonly region: string;
  /** The file that keeps the tables; in memory without one. */
  readonly database?: string;
}

/** One engine process: the tables of one region. */
export interface Engine {
  readonly region: string;
  readonly port: number;
  /** Process id of the wrapper (of the engine itself on Windows). */
  readonly pid: number;
  /** Why the engine is no more; undefined while it runs. */
  readonly failure: () => string | undefined;
  /** Settles when the process is no more. */
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts an engine on a free port of the loopback address and waits until it listens.
 * @throws IdentityTablesError when it ends or does not listen in time
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  let said = '';
  for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
    const port = await freePort();
    const engine = await launch(options, port);
    if (engine.failure() === undefined) {
      return engine;
    }
    said = engine.failure() ?? '';
    // Between finding a free port and using it, another process may take it.
    if (!/in use/i.test(said)) {
      break;
    }
  }
  return fail('IDT0711', {
    what: `the embedded engine for ${options.region} did not start`,
    given: said,
    allowed: `'${options.binary} serve' that listens within ${START_TIMEOUT_MS / 1000} seconds`,
  });
}

async function launch({ binary, region, database }: EngineOptions, port: number): Promise<Engine> {
  const args = [
    'serve',
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    ...(database === undefined ? [] : ['--db-path', database]),
  ];
  const [command, commandArgs] = process.platform === 'win32' ? [binary, args] : ['sh', ['-c', WRAPPER, binary, ...args]];
  const child = spawn(command, commandArgs, { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  let failure: string | undefined;
  const exited = new Promise<void>((resolve) => {
    const ended = (reason: string): void => {
      failure ??= `${reason}${output === '' ? '' : `: ${output.trim()}`}`;
      resolve();
    };
    child.once('error', (error) => ended(error.message));
    // If only the wrapper was killed, closing the input is what ends the engine.
    child.once('exit', () => child.stdin.destroy());
    child.once('close', (code, signal) => ended(`it ended ${signal === null ? `with exit code ${code}` : `by ${signal}`}`));
  });
  child.stdin.on('error', () => undefined);
  const listening = new Promise<void>((resolve) => {
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-OUTPUT_LIMIT);
      if (/listening/i.test(output)) {
        resolve();
      }
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
  });
  const stop = async (): Promise<void> => {
    failure ??= 'it was stopped';
    endEngine(child);
    await exited;
  };
  if ((await firstOf(listening, exited)) === 'timeout') {
    await stop();
    failure = `it did not listen within ${START_TIMEOUT_MS / 1000} seconds: ${output.trim()}`;
  }
  return { region, port, pid: child.pid ?? -1, failure: () => failure, ended: exited, stop };
}

function endEngine(child: ChildProcess): void {
  if (process.platform === 'win32') {
    child.kill();
  } else {
    child.stdin?.destroy();
  }
}

/** Waits for either, at most for the time that an engine may take to start. */
async function firstOf(...events: Promise<void>[]): Promise<'event' | 'timeout'> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<'timeout'>((resolve) => {
    timer = setTimeout(() => resolve('timeout'), START_TIMEOUT_MS);
  });
  const first = await Promise.race([timeout, ...events.map((event) => event.then(() => 'event' as const))]);
  clearTimeout(timer);
  return first;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
