import * as path from 'node:path';
import { quoted, type Problem } from '../../errors';
import { keyText } from '../../state';
import { columns } from '../columns';
import type { Report } from '../command';
import type { RecordedUse } from '../record';
import { countOf } from '../words';
import { documentIndexes } from './document-indexes';
import type { Recorded, RecordedTable } from './recording';

export interface CaptureResult {
  readonly output: string;
  readonly endpoint: string;
  readonly recorded: Recorded;
  readonly files: readonly string[];
  /** Schema files of before that are none of these tables. */
  readonly leftOver: readonly string[];
  readonly problems: readonly Problem[];
}

export function captureReport(result: CaptureResult): Report {
  const { output, endpoint, recorded, files, leftOver, problems } = result;
  const { requests, server, prefix, tables, uses } = recorded;
  return {
    text: [
      `${countOf(tables.length, 'table')} from ${countOf(requests, 'request')} written to ${output} as server '${server}'`,
      '',
      columns([['', 'file', 'key', 'indexes', 'ttl', 'actions'], ...tables.map(row)]),
      '',
      ...remarks(result),
    ].join('\n'),
    json: {
      output: path.resolve(output),
      endpoint,
      server,
      prefix: prefix.prefix,
      requests,
      files,
      tables: tables.map(({ baseName, liveName, isMade, timeToLiveAttribute, pointInTimeRecovery, runtime }) => ({
        baseName,
        liveName,
        isMade,
        timeToLiveAttribute,
        pointInTimeRecovery,
        runtime,
      })),
      uses,
      notGranted: recorded.notGranted,
      leftOut: recorded.leftOut,
      unknown: recorded.unknown,
      leftOver,
      problems,
    },
  };
}

function row({ baseName, schema, timeToLiveAttribute = '-', runtime }: RecordedTable): string[] {
  const indexes = schema.globalIndexes.length + schema.localIndexes.length;
  const { data = [], describe = [], manage = [], manageProtection = [] } = runtime ?? {};
  const queried = typeof runtime?.indexQueries === 'object' ? runtime.indexQueries.map((index) => `Query(${index})`) : [];
  const actions = [...data, ...queried, ...describe, ...manage, ...manageProtection];
  return [
    '',
    `create-table-${baseName}.json`,
    keyText(schema),
    String(indexes),
    timeToLiveAttribute,
    actions.join(' ') || 'none',
  ];
}

function remarks({ output, recorded, leftOver }: CaptureResult): string[] {
  const { server, prefix, tables, unknown, uses, isCut } = recorded;
  const factory = server === 'connect2id' ? 'connect2id({ schemaDirectory })' : 'fromSchemaDirectory(directory)';
  const lines: [boolean, string][] = [
    [prefix.prefix !== '', `prefix '${prefix.prefix}' is taken off: pass it to the construct as tablePrefix`],
    [
      prefix.likely !== undefined,
      `all names begin with '${prefix.likely}': if that is a prefix, capture again with --prefix ${prefix.likely}`,
    ],
    [unknown.length > 0, `asked for but not made during the capture: ${quoted(unknown)}; pull writes tables that stand`],
    [isCut, `only the first ${uses.length} different uses of tables and indexes are kept: the profiles may lack some`],
    [leftOver.length > 0, `left as they were in ${output}: ${quoted(leftOver)}`],
  ];
  const denied = uses.filter((use) => use.denied > 0).map(placeOf);
  const idle = tables.filter(({ runtime }) => runtime === undefined).map(({ baseName }) => baseName);
  return [
    ...lines.filter(([isSo]) => isSo).map(([, line]) => line),
    ...(denied.length === 0 ? [] : [`denied as asked: ${denied.join(', ')}`]),
    ...(idle.length === 0 ? [] : [`not used: ${quoted(idle)}`]),
    ...recorded.notGranted.map((use) => `no runtime grant allows ${placeOf(use)}, which the server called`),
    ...tables.flatMap(documentIndexes),
    `next: IdentityServer.${factory} with ${output}`,
  ];
}

function placeOf({ action, table = 'no table', index }: RecordedUse): string {
  return `${action} on ${table}${index === undefined ? '' : ` index ${index}`}`;
}
