import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

/** That this process alone writes to a directory. */
export interface DirectoryLock {
  readonly release: () => Promise<void>;
}

/**
 * Takes a directory, which is made if need be, for this process; undefined when another process has it. The lock is a local socket:
 * the system closes it with the process, however that ends, so that nothing has to be cleaned up.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock | undefined> {
  mkdirSync(directory, { recursive: true });
  const address = addressOf(realpathSync(directory));
  const server = (await listen(address)) ?? (await listenAgain(address));
  return server && { release: () => closed(server) };
}

function addressOf(directory: string): string {
  const name = `identity-tables-${createHash('sha256').update(directory).digest('hex').slice(0, 32)}`;
  switch (process.platform) {
    case 'linux':
      // An abstract socket: no file stands for it.
      return `\0${name}`;
    case 'win32':
      return `\\\\.\\pipe\\${name}`;
    default:
      return path.join(tmpdir(), `${name}.sock`);
  }
}

/** Undefined when the address is taken. */
async function listen(address: string): Promise<Server | undefined> {
  const server = createServer((connection) => connection.destroy()).listen(address);
  server.unref();
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      return undefined;
    }
    throw error;
  }
}

/** A socket with a file leaves the file behind when its process is killed: nobody answers there. */
async function listenAgain(address: string): Promise<Server | undefined> {
  if (!path.isAbsolute(address) || process.platform === 'win32' || (await isAnswered(address))) {
    return undefined;
  }
  rmSync(address, { force: true });
  return listen(address);
}

async function isAnswered(address: string): Promise<boolean> {
  const connection = createConnection(address);
  try {
    await once(connection, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    connection.destroy();
  }
}

async function closed(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
