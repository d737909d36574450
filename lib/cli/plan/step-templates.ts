import { isDeepStrictEqual } from 'node:util';
import { stackWith, type AssemblyStack } from './assembly-stacks';
import type { Remainder } from './left-out';
import { renderTemplate, type WrittenStack } from './render';
import type { Source } from './source';
import type { StackTables, Step } from './step';
import type { Template } from './template';
import { homeState, type Table } from './table';

/** What the templates of steps are made from. */
export interface Sources {
  readonly target: Source;
  /** An older assembly, or the templates that are deployed. */
  readonly old?: Source;
  /** ARNs of the live streams by place, such as `clients@eu-central-1`. */
  readonly streams?: ReadonlyMap<string, string>;
}

/** The template of one stack after a step. */
export interface StepTemplate extends Remainder {
  readonly stack: AssemblyStack;
  /** The stack as it was deployed before, as far as that is known. */
  readonly before: AssemblyStack | undefined;
}

/** What a step deploys: an assembly, and the stacks in it that are not as they are there. */
export interface StepTemplates {
  readonly source: Source;
  readonly templates: readonly StepTemplate[];
}

/** Undefined for a step that deploys nothing. */
export function templatesOf(step: Step, sources: Sources): StepTemplates | undefined {
  switch (step.kind) {
    case 'deploy':
      return step.isTarget ? { source: sources.target, templates: [] } : templatesAfter(step.stacks, [], sources);
    case 'import':
      return templatesAfter([step.stack], step.imported, sources);
    default:
      return undefined;
  }
}

/** Whether a stack lacks, or just imports, a table that it has before or in the end, or lacks the stream of one. */
export function isLacking(step: Step, { target, old }: Sources): boolean {
  if (step.kind === 'import') {
    return true;
  }
  const stacks = step.kind === 'deploy' && !step.isTarget ? step.stacks : [];
  return stacks.some(({ stack, tables }) => {
    const present = new Map(tables.map((table) => [table.owner?.logicalId, table]));
    const known = [...(target.tables.get(stack) ?? []), ...(old?.tables.get(stack) ?? [])];
    return known.some((table) => {
      const now = present.get(table.owner?.logicalId);
      return now === undefined || (hasStream(table) && !hasStream(now));
    });
  });
}

function hasStream(table: Table): boolean {
  return homeState(table).stream !== undefined;
}

function templatesAfter(
  stacks: readonly StackTables[],
  imported: readonly Table[],
  { target, old, streams = new Map() }: Sources,
): StepTemplates {
  const isOld = stacks.length > 0 && stacks.every(({ stack }) => stackWith(target.stacks, stack) === undefined);
  const source = isOld && old !== undefined ? old : target;
  const templates = stacks.flatMap(({ stack: key, tables }) => {
    const stack = stackWith(source?.stacks, key);
    const written = isOld ? writtenIn(key, [old], target) : writtenIn(key, [target, old], target);
    return stack === undefined
      ? []
      : [{ stack, before: stackWith(old?.stacks, key), ...renderTemplate({ tables, imported, streams }, written) }];
  });
  return { source, templates };
}

/** Whether a stack is deployed already as the step before an import leaves it: with all of the target but tables. */
export function isPrepared(key: string, { target, old, streams = new Map() }: Sources): boolean {
  const before = stackWith(old?.stacks, key);
  if (before === undefined) {
    return false;
  }
  const rendering = { tables: old?.tables.get(key) ?? [], imported: [], streams };
  const { template } = renderTemplate(rendering, writtenIn(key, [target, old], target));
  return isDeepStrictEqual(withoutTables(template), withoutTables(before.template));
}

function withoutTables(template: Template): Template {
  const others = Object.entries(template.Resources ?? {}).filter(([, { Type }]) => Type !== 'AWS::DynamoDB::GlobalTable');
  return { ...template, Resources: Object.fromEntries(others) };
}

/** The stack in each assembly that has it. */
function writtenIn(key: string, sources: readonly (Source | undefined)[], target: Source): WrittenStack[] {
  return sources.flatMap((source) => {
    const found = stackWith(source?.stacks, key);
    const tables = source?.tables.get(key) ?? [];
    // Tables that are AWS::DynamoDB::Table in the target are left as the target has them.
    const planned = source === target ? tables.filter(({ owner }) => owner?.type !== 'AWS::DynamoDB::Table') : tables;
    return found === undefined
      ? []
      : [{ template: found.template, tables: planned, others: source?.stacks.map(({ template }) => template) }];
  });
}
