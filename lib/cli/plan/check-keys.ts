import { Problems } from '../../errors';
import { RETAINING } from './release';
import type { Step } from './step';
import { templatesWithoutTables, type Sources, type StepTemplate } from './step-templates';
import { placesOf, type Table } from './table';
import { namesIn, referencedBy, type Template, type TemplateResource } from './template';

type Deployment = Pick<StepTemplate, 'stack' | 'before' | 'template'>;

/**
 * Whether the keys of tables that leave a template, for good or for some steps, stay: a table without its key serves nobody, and in the
 * end is lost with all its items.
 * @throws IdentityTablesError when a step deletes one
 */
export function checkKeys(steps: readonly Step[], sources: Sources, accepted: ReadonlySet<string>): void {
  const { target, old } = sources;
  const last = target.stacks.map((stack): Deployment => {
    const before = old?.stacks.find(({ key }) => key === stack.key);
    return { stack, before, template: stack.template };
  });
  const texts = new Set<string>();
  for (const { stack, before, template } of [...templatesWithoutTables(steps, sources), ...last]) {
    const isLeaving = (table: Table): boolean =>
      template.Resources?.[idOf(table)] === undefined && !placesOf(table).every((place) => accepted.has(place));
    for (const table of (old?.tables.get(stack.key) ?? []).filter(isLeaving)) {
      keysLost(table, before?.template ?? {}, template).forEach((key) =>
        texts.add(
          `key '${key}' of stack '${stack.stackName}' in ${stack.region} is deleted while table '${table.name}', which needs it, is in no template`,
        ),
      );
    }
  }
  const problems = new Problems();
  texts.forEach((what) => problems.add('IDT1317', { what }));
  problems.throwIfAny();
}

function keysLost(table: Table, before: Template, after: Template): string[] {
  const isDeleted = (key: string): boolean => isKeyDeleted(before.Resources?.[key], after.Resources?.[key]);
  return [...namesIn(before.Resources?.[idOf(table)]?.Properties, referencedBy)].filter(isDeleted);
}

function isKeyDeleted(before: TemplateResource | undefined, after: TemplateResource | undefined): boolean {
  return before?.Type === 'AWS::KMS::Key' && after === undefined && !RETAINING.has(before.DeletionPolicy ?? 'Delete');
}

function idOf({ owner }: Table): string {
  return owner?.logicalId ?? '';
}
