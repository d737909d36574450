import { Problems, type Code } from '../../errors';
import { stackWith } from './assembly-stacks';
import { lostImportedKeyTexts, lostKeyTexts } from './lost-keys';
import { leftOutTexts } from './missed-values';
import type { Step } from './step';
import { isLacking, templatesOf, type Sources } from './step-templates';
import { placesOf, type Table } from './table';

/**
 * Whether no step deletes, or lacks, what tables that are on their way need, or what needs them.
 * @throws IdentityTablesError with all that steps would
 */
export function checkTemplates(steps: readonly Step[], sources: Sources, accepted: ReadonlySet<string>): void {
  const { target, old } = sources;
  const isKept = (table: Table): boolean => !placesOf(table).every((place) => accepted.has(place));
  const keptTables = (stack: string): readonly Table[] => (old?.tables.get(stack) ?? []).filter(isKept);
  const texts = new Map<string, Code>();
  const note = (code: Code, found: readonly string[]): void => found.forEach((text) => texts.set(text, code));

  for (const step of steps.filter((each) => isLacking(each, sources))) {
    for (const template of templatesOf(step, sources)?.templates ?? []) {
      note('IDT1315', leftOutTexts(template));
      note('IDT1317', lostKeyTexts(template, keptTables(template.stack.key)));
    }
  }
  for (const stack of target.stacks) {
    const before = stackWith(old?.stacks, stack.key);
    note('IDT1317', lostKeyTexts({ stack, before, template: stack.template }, keptTables(stack.key)));
  }

  if (old !== undefined) {
    note('IDT1317', lostImportedKeyTexts(old, target, [...old.tables.values()].flat().filter(isKept)));
  }

  const problems = new Problems();
  texts.forEach((code, what) => problems.add(code, { what }));
  problems.throwIfAny();
}
