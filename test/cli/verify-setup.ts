import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { runCommand, type Ran } from './support';
import { writeAssembly, type AssemblyStack } from './verify-assembly';
import { StubDynamo } from './verify-stub';

/** What `verify --json` prints. */
export interface Verified {
  readonly code: number;
  readonly regions: readonly {
    region: string;
    account?: string;
    wanted: number;
    standing: number;
    unknown: number;
    isEmpty: boolean;
    ending?: { kind: string };
  }[];
  readonly changes: readonly { region: string; tableName: string; kind: string; before?: unknown; after?: unknown }[];
  readonly inBetween: readonly { region: string; tableName: string; subject: string; status: string }[];
  readonly unchecked: readonly { region: string; tableName: string; kind: string; cause: string; reason: string }[];
  readonly failures: readonly { region: string; tableName: string; reason: string }[];
  readonly lookalikes: readonly { region: string; missing: string; tableName: string; isSameShape: boolean }[];
  readonly extras: readonly { region: string; tableName: string }[];
  readonly unlisted: readonly { region: string; cause: string; reason: string }[];
  readonly problems: readonly { code: string; what: string; given?: string }[];
  /** What was told while the command ran. */
  readonly progress: readonly string[];
}

/** The command `verify` with an assembly of its own and live tables at a stub. */
export class VerifySetup {
  private constructor(
    public readonly stub: StubDynamo,
    private readonly app: string,
  ) {}

  public static async start(): Promise<VerifySetup> {
    return new VerifySetup(await StubDynamo.start(), mkdtempSync(path.join(tmpdir(), 'verify-setup-')));
  }

  public async stop(): Promise<void> {
    await this.stub.stop();
    rmSync(this.app, { recursive: true, force: true });
  }

  public assembly(...stacks: AssemblyStack[]): void {
    writeAssembly(this.app, stacks);
  }

  public verify(...args: string[]): Promise<Verified> {
    return this.run('--endpoint', this.stub.endpoint, ...args);
  }

  /** Compares with files instead of the stub. */
  public against(directory: string, ...args: string[]): Promise<Verified> {
    return this.run('--against', directory, ...args);
  }

  private async run(...args: string[]): Promise<Verified> {
    const progress: string[] = [];
    const { code, out } = await runCommand(['verify', '--app', this.app, '--json', ...args], {}, (text) => progress.push(text));
    return { ...(JSON.parse(out) as Omit<Verified, 'code' | 'progress'>), code, progress };
  }

  /** The same as a person reads it. */
  public text(...args: string[]): Promise<Ran> {
    return runCommand(['verify', '--app', this.app, '--endpoint', this.stub.endpoint, ...args]);
  }
}
