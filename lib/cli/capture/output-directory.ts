import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { fail, quoted } from '../../errors';
import { lockDirectory, type DirectoryLock } from './directory-lock';

/** A file that is to be written. */
export interface OutputFile {
  readonly name: string;
  readonly content: string;
}

const SCHEMA_FILE = /^create-table-.+\.json$/;
/** Names of files that are not yet complete. One that a killed process left is removed by the next. */
const UNFINISHED = /^\.identity-tables-.+\.tmp$/;

/** The directory of the schema files, which one process at a time writes to. */
export class OutputDirectory {
  private constructor(
    private readonly directory: string,
    private readonly lock: DirectoryLock,
  ) {}

  /** @throws IdentityTablesError when another process has it, it cannot be used, or it holds files and `force` is not set */
  public static async claim(directory: string, { force }: { force: boolean }): Promise<OutputDirectory> {
    const lock = await locked(directory);
    const names = readdirSync(directory);
    names.filter((name) => UNFINISHED.test(name)).forEach((name) => rmSync(path.join(directory, name)));
    const kept = names.filter((name) => !UNFINISHED.test(name));
    if (kept.length > 0 && !force) {
      await lock.release();
      fail('IDT1401', {
        what: `the directory '${directory}' is not empty`,
        given: listed(kept),
        allowed: 'a new or empty directory',
      });
    }
    return new OutputDirectory(directory, lock);
  }

  /** Writes each file as a whole: who reads one sees the old or the new content. Returns schema files of before that are not of these. */
  public write(files: readonly OutputFile[]): string[] {
    try {
      for (const { name, content } of files) {
        const unfinished = path.join(this.directory, `.identity-tables-${name}.tmp`);
        writeFileSync(unfinished, content);
        renameSync(unfinished, path.join(this.directory, name));
      }
      const written = new Set(files.map(({ name }) => name));
      return readdirSync(this.directory).filter((name) => SCHEMA_FILE.test(name) && !written.has(name));
    } catch (error) {
      return unusable(this.directory, error);
    }
  }

  public async release(): Promise<void> {
    await this.lock.release();
  }
}

async function locked(directory: string): Promise<DirectoryLock> {
  const lock = await lockDirectory(directory).catch((error: unknown) => unusable(directory, error));
  return (
    lock ?? fail('IDT1402', { what: `another process captures or pulls into '${directory}'`, given: path.resolve(directory) })
  );
}

function unusable(directory: string, error: unknown): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) {
    throw error;
  }
  return fail('IDT1403', { what: `the directory '${directory}' cannot be used`, given: code });
}

function listed(names: readonly string[]): string {
  const first = quoted(names.slice(0, 5));
  return names.length > 5 ? `${first} and ${names.length - 5} more` : first;
}
