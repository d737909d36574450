import { rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { copyAssembly, linkAssembly, replaceTemplate } from './assembly-copy';
import type { Source } from './source';
import type { Step } from './step';
import { templatesOf, type Sources, type StepTemplates } from './step-templates';

/** Where the copies of the assemblies are while a plan is written. */
const ORIGINALS = 'originals';

/** The number of a step as its directory is called. */
export function stepNumber(index: number, count: number): string {
  return String(index + 1).padStart(Math.max(2, String(count).length), '0');
}

/** The file with the physical ids of an import, beside the assembly of the step. */
export function mappingFile(number: string): string {
  return `${number}-import.json`;
}

/** Writes the assembly of every deployment and import into a directory of its own, named by the number of the step. */
export function writeAssemblies(output: string, steps: readonly Step[], sources: Sources): void {
  const originals = new Originals(output);
  steps.forEach((step, index) => {
    const number = stepNumber(index, steps.length);
    const found = templatesOf(step, sources);
    if (found !== undefined) {
      writeAssembly(path.join(output, number), found, originals);
    }
    if (step.kind === 'import') {
      const mapping = step.imported.map(({ name, owner }) => [owner?.logicalId, { TableName: name }] as const);
      writeFileSync(path.join(output, mappingFile(number)), `${JSON.stringify(Object.fromEntries(mapping), undefined, 2)}\n`);
    }
  });
  originals.remove();
}

/** One copy of each assembly, which all steps link to; a link outlives the copy. */
class Originals {
  private readonly directory: string;
  private readonly copies = new Map<string, string>();

  public constructor(output: string) {
    this.directory = path.join(output, ORIGINALS);
  }

  public of({ directory }: Source): string {
    const copy = this.copies.get(directory) ?? path.join(this.directory, String(this.copies.size));
    if (!this.copies.has(directory)) {
      copyAssembly(directory, copy);
      this.copies.set(directory, copy);
    }
    return copy;
  }

  public remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function writeAssembly(directory: string, { source, templates }: StepTemplates, originals: Originals): void {
  linkAssembly(originals.of(source), directory);
  for (const { stack, template } of templates) {
    if (!isDeepStrictEqual(template, stack.template)) {
      replaceTemplate(directory, stack, template);
    }
  }
}
