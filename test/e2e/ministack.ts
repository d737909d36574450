import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { pythonWithMiniStack } from './python-env';

// Node 20 is supported here; the SDK would print its warning into every test file.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 5_000;
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** A cloud of its own on a free port of the loopback address, with the account 000000000000. */
export class MiniStack {
  public static readonly account = '000000000000';

  public static async start(): Promise<MiniStack> {
    const python = pythonWithMiniStack();
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'identity-tables-e2e-'));
    const port = await freePort();
    const server = spawn(python, [path.join(__dirname, 'ministack_globaltable.py')], {
      // Standard input stays open as long as this process lives; the server ends with it, however that happens.
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: directory,
        TMPDIR: directory,
        STATE_DIR: directory,
        BIND_HOST: '127.0.0.1',
        GATEWAY_PORT: String(port),
        STOP_WITH_STDIN: '1',
        PYTHONDONTWRITEBYTECODE: '1',
      },
    });
    const cloud = new MiniStack(server, directory, `http://127.0.0.1:${port}`);
    try {
      await cloud.untilReady();
    } catch (error) {
      await cloud.stop();
      throw error;
    }
    return cloud;
  }

  private readonly clients = new Map<string, DynamoDBClient>();
  private log = '';

  private constructor(
    private readonly server: ChildProcess,
    /** A directory that is removed with the server. */
    public readonly directory: string,
    public readonly endpoint: string,
  ) {
    const collect = (chunk: Buffer): void => {
      this.log += chunk.toString();
    };
    server.stdout?.on('data', collect);
    server.stderr?.on('data', collect);
  }

  /** What an AWS client needs to reach this cloud and nothing else. */
  public get environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      HOME: this.directory,
      TMPDIR: this.directory,
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  public dynamoDb(region: string): DynamoDBClient {
    const client = this.clients.get(region) ?? new DynamoDBClient({ region, endpoint: this.endpoint, credentials: CREDENTIALS });
    this.clients.set(region, client);
    return client;
  }

  public async stop(): Promise<void> {
    this.clients.forEach((client) => client.destroy());
    if (this.running()) {
      const ended = once(this.server, 'exit');
      this.server.stdin?.end();
      const killer = setTimeout(() => this.server.kill('SIGKILL'), STOP_LIMIT_MS);
      await ended;
      clearTimeout(killer);
    }
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  private running(): boolean {
    return this.server.exitCode === null && this.server.signalCode === null;
  }

  private async untilReady(): Promise<void> {
    const limit = Date.now() + START_LIMIT_MS;
    while (this.running() && Date.now() < limit) {
      const answer = await fetch(`${this.endpoint}/_ministack/health`).catch(() => undefined);
      if (answer?.ok) return;
      await pause(50);
    }
    throw new Error(`MiniStack does not answer at ${this.endpoint}\n${this.log}`);
  }
}

async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as net.AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
