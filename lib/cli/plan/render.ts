import { isDeepStrictEqual } from 'node:util';
import { withLiteralNames, type AbsentTables } from './literal-names';
import { globalTableProperties, type Pattern } from './table-resource';
import { homeState, isPolicyUnknown, type Table } from './table';
import { without, type Template, type TemplateResource } from './template';

/** A stack in one assembly: its template, and the tables that the template says. */
export interface WrittenStack {
  readonly template: Template;
  readonly tables: readonly Table[];
}

/** What a stack is to hold after a step. */
export interface Rendering {
  readonly tables: readonly Table[];
  /** Tables of them that are imported: nothing else may change, so what refers to them keeps their literal names. */
  readonly imported: readonly Table[];
}

/** A stack without resources would be deleted. */
const PLACEHOLDER = { PlanPlaceholder: { Type: 'AWS::CloudFormation::WaitConditionHandle' } };

/**
 * The template of a stack after a step: that of the newest assembly that has the stack, with its tables as they are to be, and
 * with literal names where it refers to tables that are not in it. What a name does not tell, such as a stream, is left out with
 * the resource that needs it.
 */
export function renderTemplate({ tables, imported }: Rendering, written: readonly WrittenStack[]): Template {
  const [{ template, tables: known }, ...older] = written;
  const present = new Set(tables.map(idOf));
  const importedIds = new Set(imported.map(idOf));
  const absent: AbsentTables = new Map(
    known
      .filter((table) => !present.has(idOf(table)) || importedIds.has(idOf(table)))
      .map((table) => [idOf(table), isNamed(template, table) ? table.name : undefined]),
  );
  const literal = withLiteralNames(template, absent);
  const others = without(literal, new Set(absent.keys()));
  const patterns = [{ template: literal, tables: known }, ...older];
  const resources = Object.fromEntries(tables.map((table) => [idOf(table), tableResource(table, patterns)]));
  const kept = Object.entries(others.Resources ?? {}).map(([id, resource]) => [id, resources[id] ?? resource] as const);
  const all = { ...Object.fromEntries(kept), ...resources };
  // The step before an import has deployed the placeholder, and an import changes nothing else.
  const isEmpty = Object.keys(all).every((id) => importedIds.has(id));
  return { ...others, Resources: isEmpty ? { ...PLACEHOLDER, ...all } : all };
}

/** CloudFormation makes up the name of another table. */
function isNamed({ Resources = {} }: Template, table: Table): boolean {
  return Resources[idOf(table)]?.Properties?.TableName !== undefined;
}

function idOf({ owner }: Table): string {
  return owner?.logicalId ?? '';
}

function tableResource(table: Table, written: readonly WrittenStack[]): TemplateResource {
  const id = idOf(table);
  const found = written.flatMap(({ template, tables }) => {
    const resource = template.Resources?.[id];
    const known = tables.find((candidate) => idOf(candidate) === id);
    return resource !== undefined && known !== undefined && resource.Type === table.owner?.type ? [{ resource, known }] : [];
  });
  const patterns = found.map(({ resource, known }): Pattern => ({ properties: resource.Properties ?? {}, table: known }));
  const resource = found[0]?.resource;
  const policy = policyOf(table);
  return {
    ...resource,
    Type: table.owner?.type ?? 'AWS::DynamoDB::GlobalTable',
    Properties:
      table.owner?.type === 'AWS::DynamoDB::Table'
        ? singleRegionProperties(table, patterns)
        : globalTableProperties(table, patterns),
    ...(resource === undefined && { UpdateReplacePolicy: 'Retain' }),
    ...(policy !== (found[0]?.known.owner?.deletionPolicy ?? '') && { DeletionPolicy: policy }),
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
