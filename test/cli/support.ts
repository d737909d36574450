import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { engineBinary, INSTALLED } from '../../lib/cli/engine/binary';
import { main } from '../../lib/cli';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** A client as a program on this machine would have it. */
export function clientOf(endpoint: string, region: string, accessKeyId = 'local'): DynamoDBClient {
  return new DynamoDBClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey: 'local' } });
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What is to be told while a command runs. */
export interface Watch {
  readonly onPrint?: (text: string) => void;
  readonly onWarn?: (text: string) => void;
}

/** Runs the command in this process; nothing of the surroundings reaches it but what is given. */
export async function runCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  onProgress?: (text: string) => void,
  { onPrint, onWarn }: Watch = {},
): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await main(args, {
    env,
    print: (text) => {
      out.push(text);
      onPrint?.(text);
    },
    warn: (text) => {
      err.push(text);
      onWarn?.(text);
    },
    progress: (text) => onProgress?.(text),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

/** The engine alone, which holds one set of tables whatever the region. */
export async function bareEngine(): Promise<{ endpoint: string; stop: () => Promise<void> }> {
  const port = await freePort();
  const child = spawn(engineBinary(INSTALLED), ['serve', '--port', String(port)], { stdio: ['ignore', 'ignore', 'pipe'] });
  await once(child.stderr, 'data');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { endpoint: `http://127.0.0.1:${port}`, stop };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Ids of the running processes that listen with these arguments; the engine's program is called dynoxide. */
export function enginesOnPort(port: number): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => isEngine(pid, port))
    .map(Number);
}

function isEngine(pid: string, port: number): boolean {
  try {
    const [program, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return program.endsWith('dynoxide') && args.includes(String(port));
  } catch {
    // The process has ended in the meantime.
    return false;
  }
}

export async function eventually(isTrue: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 10_000;
  while (!isTrue()) {
    if (Date.now() > end) {
      throw new Error(`not within 10 seconds: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
