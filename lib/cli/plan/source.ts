import { isDeepStrictEqual } from 'node:util';
import { Problems } from '../../errors';
import {
  tableStatesOfAssembly,
  tableStatesOfTemplate,
  type AssemblyDefaults,
  type TableState,
  type TemplateContext,
} from '../../state';
import { stacksOfAssembly, stackWith, type AssemblyStack } from './assembly-stacks';
import type { PlanInput, StackInfo } from './input';
import { exportNames, importNames, oldExports } from './exports';
import { extrasOf, NO_EXTRAS } from './extras';
import { withKnownParts } from './known-parts';
import { isPrepared, type Sources } from './step-templates';
import { ownerKey, placeOfStack, stackKey, tablesOf, type ResourceOf, type ResourceType, type Table } from './table';
import type { TemplateResource } from './template';

/** A cloud assembly as a plan sees it. */
export interface Source {
  readonly directory: string;
  readonly states: readonly TableState[];
  readonly stacks: readonly AssemblyStack[];
  /** Tables of each stack by the key of the stack. */
  readonly tables: ReadonlyMap<string, readonly Table[]>;
  readonly resourceOf: ResourceOf;
}

/** What is known of live tables. */
export interface LiveFacts extends Pick<
  PlanInput,
  'current' | 'inBetween' | 'ttlChanging' | 'scalingTargets' | 'expiredItems' | 'legacyGlobalTables' | 'liveExtras' | 'resolveKey'
> {
  /** ARNs of the streams that are on by place, such as `clients@eu-central-1`. */
  readonly streams?: ReadonlyMap<string, string>;
  /** The resources that made them; those of the target when left out. */
  readonly resourceOf?: ResourceOf;
  /** The target, whose tables have the names that CloudFormation has made up for them. */
  readonly target?: Source;
  /** The stacks of the target as they were deployed last, as far as CloudFormation tells. */
  readonly deployed?: Source;
}

const GLOBAL_TABLE = 'AWS::DynamoDB::GlobalTable';
/** The template of a nested stack is not at hand. */
const NESTED: TemplateResource = { Type: GLOBAL_TABLE };

const NO_FACTS = {
  deployed: [],
  inBetween: [],
  ttlChanging: [],
  scalingTargets: [],
  expiredItems: [],
  legacyGlobalTables: [],
} as const;

/** @throws IdentityTablesError when the directory is no assembly or a table cannot be read */
export function readSource(directory: string, defaults: AssemblyDefaults): Source {
  const states = tableStatesOfAssembly(directory, defaults);
  const stacks = stacksOfAssembly(directory, defaults).map((stack) => withKnown(stack, defaults));
  return sourceOf(directory, states, stacks);
}

/**
 * What the assembly of a step says of some of its stacks. It has the others as in the target, where a table may be that these have
 * still.
 */
export function sourceOfStacks(
  { directory, stacks }: Source,
  isOwn: (stack: AssemblyStack) => boolean,
  defaults: AssemblyDefaults,
): Source {
  const own = stacks.filter(isOwn);
  // What cannot be read was told when the assembly was read.
  const states = own.flatMap((stack) => tableStatesOfTemplate(stack.template, deploymentOf(stack, defaults), new Problems()));
  return sourceOf(directory, states, own);
}

function withKnown(stack: AssemblyStack, defaults: AssemblyDefaults): AssemblyStack {
  return { ...stack, template: withKnownParts(stack.template, deploymentOf(stack, defaults)) };
}

function deploymentOf({ key, region, stackName }: AssemblyStack, { parametersOf }: AssemblyDefaults): TemplateContext {
  const [account] = key.split('/');
  const place = { account, region, stackName };
  return { ...place, parameters: parametersOf?.(place) ?? {} };
}

export function sourceOf(directory: string, states: readonly TableState[], stacks: readonly AssemblyStack[]): Source {
  const resourceOf = resourcesOf(stacks);
  return { directory, states, stacks, tables: tablesByStack(states, resourceOf), resourceOf };
}

/** What the templates of stacks say of the owners of tables. */
function resourcesOf(stacks: readonly AssemblyStack[]): ResourceOf {
  const templates = new Map(stacks.map(({ key, template }) => [key, template]));
  const facts = new Map<string, ReturnType<ResourceOf>>();
  return (stack, id) => {
    const key = `${stack}/${id}`;
    const known = facts.get(key) ?? ownerFacts(templates.get(stack)?.Resources?.[id]);
    facts.set(key, known);
    return known;
  };
}

function ownerFacts({ Type: type, Properties: properties = {} }: TemplateResource = NESTED): ReturnType<ResourceOf> {
  return { type: type as ResourceType, extras: type === GLOBAL_TABLE ? extrasOf(properties) : NO_EXTRAS };
}

function tablesByStack(states: readonly TableState[], resourceOf: ResourceOf): Map<string, Table[]> {
  const tables = new Map<string, Table[]>();
  for (const table of tablesOf(states, resourceOf)) {
    const stack = table.owner?.stack ?? '';
    tables.set(stack, [...(tables.get(stack) ?? []), table]);
  }
  return tables;
}

/** A plan from what an older assembly says. */
export function planFromAssembly(old: Source, target: Source, accepted: ReadonlySet<string>): PlanInput {
  return {
    ...base(target, accepted, old),
    from: 'assembly',
    current: plannedStates(old.states, old.resourceOf, target),
    ...NO_FACTS,
  };
}

/** A plan from what stands. */
export function planFromLive(live: LiveFacts, app: Source, accepted: ReadonlySet<string>): PlanInput {
  const { target = app, resourceOf = target.resourceOf, deployed, ...facts } = live;
  const told = new Set([...(deployed?.tables.values() ?? [])].flatMap((tables) => tables.map(ownerKey)));
  const current: ResourceOf = (stack, id) =>
    deployed !== undefined && told.has(`${stack}/${id}`) ? deployed.resourceOf(stack, id) : resourceOf(stack, id);
  return {
    ...base(target, accepted, deployed, live.streams),
    from: 'live',
    ...facts,
    current: plannedStates(facts.current, current, target),
    deployed: plannedStates(deployed?.states ?? [], current, target),
    madeNames: namesBeside(target, app),
    resourceOf: { current, target: target.resourceOf },
  };
}

function namesBeside({ states }: Source, app: Source): string[] {
  const written = new Set(app.states.map(({ tableName }) => tableName));
  return states.map(({ tableName }) => tableName).filter((name) => !written.has(name));
}

function base(
  target: Source,
  accepted: ReadonlySet<string>,
  old?: Source,
  streams?: Sources['streams'],
): Pick<PlanInput, 'target' | 'singleRegion' | 'stacks' | 'resourceOf' | 'accepted'> {
  const known = new Set(target.stacks.map(({ key }) => key));
  const leftOver = (old?.stacks ?? []).filter(({ key }) => !known.has(key));
  return {
    target: plannedStates(target.states, target.resourceOf, target),
    singleRegion: target.states.filter((state) => isSingleRegion(state, target.resourceOf)),
    stacks: [
      ...target.stacks.map((stack) => targetInfo(stack, { target, old, streams })),
      ...leftOver.map((stack) => infoOf(stack)),
    ],
    resourceOf: { current: old?.resourceOf ?? target.resourceOf, target: target.resourceOf },
    accepted,
  };
}

/** Tables that are AWS::DynamoDB::Table in the target stay to themselves, before and after. */
function plannedStates(states: readonly TableState[], resourceOf: ResourceOf, target: Source): TableState[] {
  return states.filter((state) => !isSingleRegion(state, resourceOf) || !isSingleRegion(state, target.resourceOf));
}

function isSingleRegion({ account, region, owner }: TableState, resourceOf: ResourceOf): boolean {
  if (owner.kind !== 'stack') {
    return false;
  }
  const { type } = resourceOf(stackKey({ account, region, stackName: owner.stackName }), owner.logicalId);
  return type === 'AWS::DynamoDB::Table';
}

function targetInfo(stack: AssemblyStack, sources: Sources): StackInfo {
  const { target, old } = sources;
  const before = stackWith(old?.stacks, stack.key);
  const others = (old?.stacks ?? []).map(({ template }) => template);
  const written = before && { template: before.template, tables: old?.tables.get(stack.key) ?? [], others };
  return {
    ...infoOf(stack),
    isTarget: true,
    isSettled: isSettled(stack, before),
    isPrepared: () => isPrepared(stack.key, sources),
    importsFrom: newExporters(stack, target, old),
    hasOldExports: written !== undefined && Object.keys(oldExports(stack.template, written)).length > 0,
  };
}

function infoOf({ key, stackName, region, selector, dependsOn }: AssemblyStack): StackInfo {
  const facts = { isTarget: false, isSettled: false, isPrepared: () => false, importsFrom: [], hasOldExports: false };
  return { key, stackName, region, selector, dependsOn, ...facts };
}

function newExporters({ key, template }: AssemblyStack, target: Source, old: Source | undefined): string[] {
  const ofPlace = ({ stacks }: Source): AssemblyStack[] =>
    stacks.filter((stack) => placeOfStack(stack.key) === placeOfStack(key));
  const known = new Set((old === undefined ? [] : ofPlace(old)).flatMap((stack) => [...exportNames(stack.template)]));
  const open = [...importNames(template)].filter((name) => !known.has(name));
  return ofPlace(target)
    .filter((stack) => stack.key !== key && open.some((name) => exportNames(stack.template).has(name)))
    .map((stack) => stack.key);
}

/** Whether two assemblies have the same in a stack, tables and CDK's own remarks aside. */
function isSettled(stack: AssemblyStack, old: AssemblyStack | undefined): boolean {
  return old !== undefined && isDeepStrictEqual(others(stack), others(old));
}

function others({ template }: AssemblyStack): object {
  const kept = Object.entries(template.Resources ?? {}).filter(([, { Type }]) => !IGNORED.has(Type));
  return { ...template, Resources: Object.fromEntries(kept) };
}

const IGNORED: ReadonlySet<string> = new Set(['AWS::DynamoDB::GlobalTable', 'AWS::CDK::Metadata']);
