import { rmSync } from 'node:fs';
import { filesIn, temporaryDirectory } from './schema-directory';
import { runCommand, type Ran } from './support';
import { StubDynamo } from './verify-stub';

export const EU = 'eu-central-1';

/** A stub with live tables, and an empty directory for what is pulled from it. */
export class PullSetup {
  private constructor(
    public readonly stub: StubDynamo,
    public readonly output: string,
  ) {}

  public static async start(): Promise<PullSetup> {
    return new PullSetup(await StubDynamo.start(), temporaryDirectory());
  }

  public pull(...args: string[]): Promise<Ran> {
    return this.pullInto(this.output, ...args);
  }

  public pullInto(output: string, ...args: string[]): Promise<Ran> {
    return runCommand(['pull', '--region', EU, '--endpoint', this.stub.endpoint, '--output', output, ...args]);
  }

  public written(): string[] {
    return Object.keys(filesIn(this.output));
  }

  public async stop(): Promise<void> {
    await this.stub.stop();
    rmSync(this.output, { recursive: true, force: true });
  }
}

/** The codes of the problems of a run with --json. */
export function codes({ out }: Ran): string[] {
  const { problems } = JSON.parse(out) as { problems: { code: string }[] };
  return problems.map(({ code }) => code);
}
