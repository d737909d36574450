import { isDeepStrictEqual } from 'node:util';
import { isUnresolved } from '../../state';
import { withBorrowed } from './borrow';
import { oldExports } from './exports';
import { inPossibleOrder, without, type Remainder } from './left-out';
import { withLiteralNames, type AbsentTables } from './literal-names';
import { globalTableProperties, type Pattern } from './table-resource';
import { homeState, logicalIdOf, isPolicyUnknown, placeOf, type Table } from './table';
import { referencesOf, type Json, type Template, type TemplateResource } from './template';

/** A stack in one assembly: its template, and the tables that the template says. */
export interface WrittenStack {
  readonly template: Template;
  readonly tables: readonly Table[];
  /** The other templates of an older assembly, which may import what this one exports. */
  readonly others?: readonly Template[];
}

/** What a stack is to hold after a step. */
export interface Rendering {
  readonly tables: readonly Table[];
  /** Tables of them that are imported: nothing else may change, so what refers to them keeps their literal names. */
  readonly imported: readonly Table[];
  /** ARNs of the live streams by place, such as `clients@eu-central-1`. */
  readonly streams: ReadonlyMap<string, string>;
}

/** A stack without resources would be deleted. */
const PLACEHOLDER = { PlanPlaceholder: { Type: 'AWS::CloudFormation::WaitConditionHandle' } };

/**
 * The template of a stack after a step: that of the newest assembly that has the stack, with its tables as they are to be, and
 * with literal names where it refers to tables that are not in it. What needs a value of them that is not known is left out.
 */
export function renderTemplate(rendering: Rendering, written: readonly WrittenStack[]): Remainder {
  const { tables, imported } = rendering;
  const absent = written.map((stack) => absentTables(rendering, stack));
  const [newest, ...older] = written.map((stack, i) => ({ ...stack, template: withLiteralNames(stack.template, absent[i]) }));
  const { template: others, leftOut } = without(
    newest.template,
    new Set([...absent[0].keys(), ...absentStreams(tables, newest)]),
  );
  const patterns = [newest, ...older].map(patternsOf);
  const resources = Object.fromEntries(tables.map((table) => [logicalIdOf(table), tableResource(table, patterns)]));
  const kept = Object.entries(others.Resources ?? {}).map(([id, resource]) => [id, resources[id] ?? resource] as const);
  const all = { ...Object.fromEntries(kept), ...resources };
  // The step before an import has deployed the placeholder, and an import changes nothing else.
  const importedIds = new Set(imported.map(logicalIdOf));
  const isEmpty = Object.keys(all).every((id) => importedIds.has(id));
  const exported = standingExports(rendering, written, absent);
  const whole = withBorrowed(
    {
      ...others,
      ...(exported.length > 0 && { Outputs: { ...others.Outputs, ...Object.fromEntries(exported) } }),
      Resources: isEmpty ? { ...PLACEHOLDER, ...all } : all,
    },
    [...Object.keys(resources).map((id) => all[id]), ...exported.map(([, output]) => output)],
    older.map(({ template }) => template),
  );
  return { template: inPossibleOrder(whole, importedIds), leftOut };
}

/** The tables that a template has, and that are not to be in it or just being imported. */
function absentTables({ tables, imported, streams }: Rendering, { template, tables: known }: WrittenStack): AbsentTables {
  const importedIds = new Set(imported.map(logicalIdOf));
  const present = new Set(tables.map(logicalIdOf).filter((id) => !importedIds.has(id)));
  return new Map(
    known
      .filter((table) => !present.has(logicalIdOf(table)))
      .map((table) => [
        logicalIdOf(table),
        {
          name: isNamed(template, table) ? table.name : undefined,
          streamArn: streams.get(placeOf(table, table.home)),
        },
      ]),
  );
}

/** A table whose stream is still off has no such attribute, and CloudFormation refuses a template that asks for it. */
function absentStreams(tables: readonly Table[], { tables: wanted }: WrittenStack): string[] {
  const isOff = (table: Table): boolean => homeState(table).stream === undefined;
  const on = new Set(wanted.filter((table) => !isOff(table)).map(logicalIdOf));
  return tables.filter((table) => on.has(logicalIdOf(table)) && isOff(table)).map((table) => `${logicalIdOf(table)}.StreamArn`);
}

/** CloudFormation makes up the name of another table. */
function isNamed({ Resources = {} }: Template, table: Table): boolean {
  return Resources[logicalIdOf(table)]?.Properties?.TableName !== undefined && !isUnresolved(table.name);
}

/** The exports that the target takes back, but for values that are not known: other stacks import them until they are as in it. */
function standingExports(
  { tables }: Rendering,
  [newest, ...older]: readonly WrittenStack[],
  [, ...absent]: readonly AbsentTables[],
): ReadonlyArray<readonly [id: string, output: Json]> {
  const off = tables.filter((table) => homeState(table).stream === undefined);
  const isUnknown = (name: string): boolean =>
    off.some((table) => name === `${logicalIdOf(table)}.StreamArn`) || absent.some((known) => known.has(name.split('.')[0]));
  return older
    .map((stack, i) => withLiteralNames({ Outputs: oldExports(newest.template, stack) }, absent[i]))
    .flatMap(({ Outputs: outputs = {} }) => Object.entries(outputs))
    .filter(([, output]) => [...referencesOf(output)].every((name) => !isUnknown(name)));
}

/** A table as a template has it. */
interface WrittenTable extends Pattern {
  readonly resource: TemplateResource;
}

function patternsOf({ template, tables }: WrittenStack): ReadonlyMap<string, WrittenTable> {
  const found = tables.flatMap((table) => {
    const resource = template.Resources?.[logicalIdOf(table)];
    return resource === undefined
      ? []
      : [[logicalIdOf(table), { resource, properties: resource.Properties ?? {}, table }] as const];
  });
  return new Map(found);
}

function tableResource(table: Table, written: ReadonlyArray<ReadonlyMap<string, WrittenTable>>): TemplateResource {
  const patterns = written
    .flatMap((known) => known.get(logicalIdOf(table)) ?? [])
    .filter(({ resource }) => resource.Type === table.owner?.type);
  const [{ resource, table: known } = { resource: undefined, table: undefined }] = patterns;
  const policy = policyOf(table);
  return {
    ...resource,
    Type: table.owner?.type ?? 'AWS::DynamoDB::GlobalTable',
    Properties:
      table.owner?.type === 'AWS::DynamoDB::Table'
        ? singleRegionProperties(table, patterns)
        : globalTableProperties(table, patterns),
    ...(resource === undefined && { UpdateReplacePolicy: 'Retain' }),
    ...(policy !== (known?.owner?.deletionPolicy ?? '') && { DeletionPolicy: policy }),
  };
}

/** Only the deployed template tells the policy of a live table; retaining it is what loses nothing. */
function policyOf(table: Table): string | undefined {
  return isPolicyUnknown(table) ? 'Retain' : table.owner?.deletionPolicy;
}

/** Of a single-region resource only its protection changes, before the table makes way or changes its owner. */
function singleRegionProperties(table: Table, [pattern]: readonly Pattern[]): TemplateResource['Properties'] {
  const { deletionProtection } = homeState(table);
  const isSame = pattern !== undefined && isDeepStrictEqual(homeState(pattern.table).deletionProtection, deletionProtection);
  return isSame ? pattern.properties : { ...pattern?.properties, DeletionProtectionEnabled: deletionProtection };
}
