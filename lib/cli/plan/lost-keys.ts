import { stackWith, type AssemblyStack } from './assembly-stacks';
import { exportsNamed, importNames } from './exports';
import { RETAINING } from './release';
import type { Source } from './source';
import type { StepTemplate } from './step-templates';
import { logicalIdOf, placeOfStack, type Table } from './table';
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
    .filter((table) => template.Resources?.[logicalIdOf(table)] === undefined)
    .flatMap((table) =>
      keysLost(before?.template.Resources?.[logicalIdOf(table)], before?.template ?? {}, template).map((key) =>
        lostKeyText(key, stack, table),
      ),
    );
}

/** The same of keys that tables import from other stacks. */
export function lostImportedKeyTexts(old: Source, target: Source, tables: readonly Table[]): string[] {
  const isLeaving = (table: Table): boolean =>
    !target.tables.get(stackOf(table))?.some((other) => logicalIdOf(other) === logicalIdOf(table));
  return tables.filter(isLeaving).flatMap((table) => {
    const [place, resource] = [placeOfStack(stackOf(table)), resourceOf(old, table)];
    const names = importNames({ Resources: { ...(resource && { [logicalIdOf(table)]: resource }) } });
    return old.stacks
      .filter(({ key }) => placeOfStack(key) === place)
      .flatMap((stack) => {
        const after = stackWith(target.stacks, stack.key)?.template ?? stack.template;
        return keysLost(exportsNamed(stack.template, names), stack.template, after).map((key) => lostKeyText(key, stack, table));
      });
  });
}

function lostKeyText(key: string, { stackName, region }: AssemblyStack, { name }: Table): string {
  return `key '${key}' of stack '${stackName}' in ${region} is deleted while table '${name}', which needs it, is in no template`;
}

function resourceOf({ stacks }: Source, table: Table): TemplateResource | undefined {
  return stackWith(stacks, stackOf(table))?.template.Resources?.[logicalIdOf(table)];
}

/** The keys that a part of a template needs, also by way of an alias, and that are not there afterwards. */
function keysLost(part: object = {}, { Resources: before = {} }: Template, { Resources: after = {} }: Template): string[] {
  const direct = [...referencesOf(part)];
  const aliases = direct.flatMap((id) => before[id] ?? []).filter(({ Type }) => Type === 'AWS::KMS::Alias');
  const all = new Set([...direct, ...aliases.flatMap((alias) => [...referencesOf(alias)])]);
  return [...all].filter((id) => isKeyDeleted(before[id], after[id]));
}

const KEYS: ReadonlySet<string> = new Set(['AWS::KMS::Key', 'AWS::KMS::ReplicaKey']);

function isKeyDeleted(before: TemplateResource | undefined, after: TemplateResource | undefined): boolean {
  return (
    before !== undefined && KEYS.has(before.Type) && after === undefined && !RETAINING.has(before.DeletionPolicy ?? 'Delete')
  );
}

function stackOf({ owner }: Table): string {
  return owner?.stack ?? '';
}
