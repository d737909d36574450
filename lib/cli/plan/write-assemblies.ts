import { rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { copyAssembly, linkAssembly, replaceTemplate } from './assembly-copy';
import { renderTemplate, type WrittenStack } from './render';
import type { Source } from './source';
import type { StackTables, Step } from './step';
import type { Table } from './table';

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
export function writeAssemblies(output: string, steps: readonly Step[], target: Source, old?: Source): void {
  const originals = new Originals(output);
  steps.forEach((step, index) => {
    const number = stepNumber(index, steps.length);
    if (step.kind === 'deploy') {
      writeAssembly(path.join(output, number), step.isTarget ? [] : step.stacks, [], { target, old, originals });
    } else if (step.kind === 'import') {
      writeAssembly(path.join(output, number), [step.stack], step.imported, { target, old, originals });
      const mapping = step.imported.map(({ name, owner }) => [owner?.logicalId, { TableName: name }] as const);
      writeFileSync(path.join(output, mappingFile(number)), `${JSON.stringify(Object.fromEntries(mapping), undefined, 2)}\n`);
    }
  });
  originals.remove();
}

interface Sources {
  readonly target: Source;
  readonly old: Source | undefined;
  readonly originals: Originals;
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

function writeAssembly(
  directory: string,
  stacks: readonly StackTables[],
  imported: readonly Table[],
  { target, old, originals }: Sources,
): void {
  const isOld = stacks.length > 0 && stacks.every(({ stack }) => target.stacks.every(({ key }) => key !== stack));
  const source = isOld && old !== undefined ? old : target;
  linkAssembly(originals.of(source), directory);
  for (const { stack, tables } of stacks) {
    const info = source.stacks.find(({ key }) => key === stack);
    if (info !== undefined) {
      const template = renderTemplate({ tables, imported }, writtenIn(stack, isOld ? [old] : [target, old], target));
      if (!isDeepStrictEqual(template, info.template)) {
        replaceTemplate(directory, info, template);
      }
    }
  }
}

/** The stack in each assembly that has it. */
function writtenIn(stack: string, sources: readonly (Source | undefined)[], target: Source): WrittenStack[] {
  return sources.flatMap((source) => {
    const found = source?.stacks.find(({ key }) => key === stack);
    const tables = source?.tables.get(stack) ?? [];
    // Tables that are AWS::DynamoDB::Table in the target are left as the target has them.
    const planned = source === target ? tables.filter(({ owner }) => owner?.type !== 'AWS::DynamoDB::Table') : tables;
    return found === undefined ? [] : [{ template: found.template, tables: planned }];
  });
}
