import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { fail } from '../../errors';
import { lockDirectory, type DirectoryLock } from '../capture/directory-lock';
import type { Positions } from '../replicate';

const POSITIONS = 'replication.json';
/** Positions only save time: one that is a little old means that some records are looked at again. */
const WRITE_EVERY_MS = 1_000;

/** The directory of `--data`: a database per region, and how far the streams are replicated. */
export class DataDirectory {
  private latest: Positions | undefined;
  private timer: NodeJS.Timeout | undefined;

  private constructor(
    private readonly directory: string,
    private readonly lock: DirectoryLock,
  ) {}

  /** @throws IdentityTablesError when another process has it, or it cannot be used */
  public static async open(directory: string): Promise<DataDirectory> {
    const lock = await lockDirectory(directory).catch((error: NodeJS.ErrnoException) =>
      fail('IDT0720', {
        what: `the directory '${directory}' cannot be used`,
        given: error.message,
        allowed: 'a directory that you may write to',
        fix: 'pass another directory',
      }),
    );
    if (lock === undefined) {
      return fail('IDT0720', {
        what: `another run uses the directory '${directory}'`,
        given: path.resolve(directory),
        allowed: 'one run for a directory',
      });
    }
    return new DataDirectory(directory, lock);
  }

  public readonly databaseOf = (region: string): string => path.join(this.directory, `${region}.db`);

  /** None when it was never written, or by something else: the streams are then looked at from their beginning. */
  public readPositions(): Positions {
    try {
      return (JSON.parse(readFileSync(this.positionsFile, 'utf8')) as Positions | null) ?? {};
    } catch {
      return {};
    }
  }

  /** Writes them soon. */
  public keepPositions(positions: Positions): void {
    this.latest = positions;
    this.timer ??= setTimeout(() => this.writePositions(), WRITE_EVERY_MS);
  }

  public async close(): Promise<void> {
    this.writePositions();
    await this.lock.release();
  }

  private writePositions(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.latest !== undefined) {
      const unfinished = `${this.positionsFile}.tmp`;
      writeFileSync(unfinished, `${JSON.stringify(this.latest, undefined, 2)}\n`);
      renameSync(unfinished, this.positionsFile);
      this.latest = undefined;
    }
  }

  private get positionsFile(): string {
    return path.join(this.directory, POSITIONS);
  }
}
