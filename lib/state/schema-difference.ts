import type { IndexSchema, KeyAttribute, TableSchema } from '../schema';

/** What differs between the schema of a table that stands and the wanted one, in words; empty when nothing does. */
export function schemaDifference(live: TableSchema, wanted: TableSchema): string[] {
  return [
    ...changed('key', keyText(live), keyText(wanted)),
    ...indexDifference('global index', live.globalIndexes, wanted.globalIndexes),
    ...indexDifference('local index', live.localIndexes, wanted.localIndexes),
  ];
}

function changed(what: string, live: string, wanted: string): string[] {
  return live === wanted ? [] : [`${what} is ${live}, not ${wanted}`];
}

function indexDifference(kind: string, live: readonly IndexSchema[], wanted: readonly IndexSchema[]): string[] {
  const liveByName = new Map(live.map((index) => [index.indexName, index]));
  const wantedNames = new Set(wanted.map((index) => index.indexName));
  const missing = wanted.flatMap((index) => {
    const found = liveByName.get(index.indexName);
    const what = `${kind} '${index.indexName}'`;
    return found === undefined ? [`${what} is missing`] : changed(what, indexText(found), indexText(index));
  });
  const extra = live.filter((index) => !wantedNames.has(index.indexName)).map((index) => `${kind} '${index.indexName}' is extra`);
  return [...missing, ...extra];
}

/** The key of a table in words, such as `id (S), at (N)`. */
export function keyText({ partitionKey, sortKey }: TableSchema): string {
  return attributesText([partitionKey, ...(sortKey === undefined ? [] : [sortKey])]);
}

function indexText({ partitionKeys, sortKeys, projectionType, nonKeyAttributes }: IndexSchema): string {
  const key = sortKeys.length === 0 ? '' : `; ${attributesText(sortKeys)}`;
  const projection = nonKeyAttributes.length === 0 ? projectionType : `${projectionType} ${nonKeyAttributes.join(', ')}`;
  return `${attributesText(partitionKeys)}${key} with ${projection}`;
}

function attributesText(attributes: readonly KeyAttribute[]): string {
  return attributes.map(({ name, type }) => `${name} (${type})`).join(', ');
}
