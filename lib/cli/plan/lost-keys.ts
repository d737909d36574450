import { RETAINING } from './release';
import type { StepTemplate } from './step-templates';
import type { Table } from './table';
import { referencesOf, type Template, type TemplateResource } from './template';

/**
 * The keys that a deployment deletes of tables that leave its template, for good or for some steps: a table without its key serves
 * nobody, and in the end is lost with all its items.
 */
export function lostKeyTexts(
  { stack, before, template }: Pick<StepTemplate, 'stack' | 'before' | 'template'>,
  tables: readonly Table[],
): string[] {
  return tables
    .filter((table) => template.Resources?.[idOf(table)] === undefined)
    .flatMap((table) =>
      keysLost(table, before?.template ?? {}, template).map(
        (key) =>
          `key '${key}' of stack '${stack.stackName}' in ${stack.region} is deleted while table '${table.name}', which needs it, ` +
          'is in no template',
      ),
    );
}

function keysLost(table: Table, before: Template, after: Template): string[] {
  const isDeleted = (key: string): boolean => isKeyDeleted(before.Resources?.[key], after.Resources?.[key]);
  return [...referencesOf(before.Resources?.[idOf(table)] ?? {})].filter(isDeleted);
}

function isKeyDeleted(before: TemplateResource | undefined, after: TemplateResource | undefined): boolean {
  return before?.Type === 'AWS::KMS::Key' && after === undefined && !RETAINING.has(before.DeletionPolicy ?? 'Delete');
}

function idOf({ owner }: Table): string {
  return owner?.logicalId ?? '';
}
