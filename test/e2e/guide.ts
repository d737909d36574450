import * as fs from 'node:fs';
import * as path from 'node:path';
import type { PlanFile, PlannedStep } from '../../lib/cli/plan/plan-file';
import { PROJECT } from './cdk';
import type { MiniStack } from './ministack';
import { readPlan, runLine, takeSteps } from './run-plan';

interface Block {
  readonly language: string;
  readonly text: string;
}

const FENCE = /^ *```(\w+)\n([\s\S]*?)^ *```$/gm;
/** Commands of identity-tables that ask the cloud. On AWS they find it by themselves. */
const ASKS_THE_CLOUD: ReadonlySet<string> = new Set(['plan', 'pull', 'verify']);

/**
 * A guide of docs/, followed by a reader who has the project directory of an app. Of a section, blocks `ts` that begin with a
 * file name in a comment are written to that file, blocks `sh` are run line by line, and each line of the block `text` behind
 * one has to be in what was printed. Blocks `bash` are what this cloud cannot do, or what has to wait until the reader wants it.
 */
export class Guide {
  private readonly sections: ReadonlyMap<string, readonly Block[]>;
  private readonly followed = new Set<string>();

  public constructor(
    private readonly cloud: MiniStack,
    page: string,
    /** The project directory. */
    private readonly directory: string,
  ) {
    const [, ...parts] = fs.readFileSync(path.join(PROJECT, 'docs', page), 'utf8').split(/^##+ /m);
    this.sections = new Map(parts.map((part) => [part.slice(0, part.indexOf('\n')), blocksOf(part)]));
    fs.mkdirSync(directory, { recursive: true });
    const app = `${process.execPath} ${path.join(__dirname, 'guide-app.js')} app.ts`;
    fs.writeFileSync(path.join(directory, 'cdk.json'), JSON.stringify({ app }));
  }

  /** Sections with commands to run that nobody followed. */
  public get left(): string[] {
    return [...this.sections]
      .filter(([title, blocks]) => !this.followed.has(title) && blocks.some(({ language }) => language === 'sh'))
      .map(([title]) => title);
  }

  /** Blocks of a language in the whole page. */
  public blocks(language: string): string[] {
    return [...this.sections.values()].flat().flatMap((block) => (block.language === language ? [block.text] : []));
  }

  /** Does what a section says. */
  public async follow(title: string): Promise<void> {
    this.followed.add(title);
    let printed = '';
    for (const block of this.section(title)) {
      const { language, text } = block;
      this.writeFile(block);
      if (language === 'sh') printed = await this.runAll(linesOf(text));
      if (language === 'text') expectPrinted(printed, text, title);
    }
  }

  /** Writes the files of a section, and runs nothing. */
  public write(title: string): void {
    for (const block of this.section(title)) this.writeFile(block);
  }

  public plan(output = 'plan'): PlanFile {
    return readPlan(path.join(this.directory, output));
  }

  /** Takes the steps of a plan; `byHand` does what a step without commands says. */
  public async takeSteps(output = 'plan', byHand: (step: PlannedStep) => Promise<void> = () => Promise.resolve()): Promise<void> {
    await takeSteps(this.cloud, this.directory, this.plan(output).steps, byHand);
  }

  public async runAll(lines: readonly string[]): Promise<string> {
    let printed = '';
    for (const line of lines) printed += `${await this.run(line)}\n`;
    return printed;
  }

  private section(title: string): readonly Block[] {
    const blocks = this.sections.get(title);
    if (blocks === undefined) throw new Error(`no section '${title}' among ${[...this.sections.keys()].join(', ')}`);
    return blocks;
  }

  private writeFile({ language, text }: Block): void {
    const [, file] = /^\/\/ (\S+\.ts)\n/.exec(text) ?? [];
    if (language === 'ts' && file !== undefined) fs.writeFileSync(path.join(this.directory, file), text);
  }

  /** As printed; on AWS, identity-tables finds the cloud by itself. */
  private async run(line: string): Promise<string> {
    const [program, tool, command] = line.split(' ');
    const asksHere =
      `${program} ${tool}` === 'npx identity-tables' && ASKS_THE_CLOUD.has(command) && !line.includes('--endpoint ');
    const { code, out, err } = await runLine(
      this.cloud,
      asksHere ? `${line} --endpoint ${this.cloud.endpoint}` : line,
      this.directory,
    );
    if (code !== 0) throw new Error(`${line} ended with ${code}\n${out}\n${err}`);
    return out.replaceAll(this.cloud.endpoint, 'AWS');
  }
}

function blocksOf(section: string): Block[] {
  return [...section.matchAll(FENCE)].map(([, language, text]) => ({ language, text }));
}

/** Commands, without comments; a line that ends with a backslash goes on. */
function linesOf(text: string): string[] {
  return text
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function expectPrinted(printed: string, text: string, title: string): void {
  const squeezed = (line: string): string => line.trim().replace(/\s+/g, ' ');
  const lines = new Set(printed.split('\n').map(squeezed));
  const missing = text
    .split('\n')
    .filter((line) => squeezed(line) !== '' && squeezed(line) !== '…' && !lines.has(squeezed(line)));
  if (missing.length > 0) {
    throw new Error(`section '${title}' shows what was not printed:\n${missing.join('\n')}\nprinted:\n${printed}`);
  }
}
