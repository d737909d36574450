import * as path from 'node:path';
import { quoted, type Problem } from '../../errors';
import type { CapturedTable } from '../capture/captured-table';
import { documentIndexes } from '../capture/document-indexes';
import type { OutputFile } from '../capture/output-directory';
import type { Report } from '../command';
import { columns } from '../columns';
import { keyText } from '../../state';
import { countOf } from '../words';
import type { PullOptions } from './options';

/** Of a directory of this server only names, keys and indexes are taken. */
const BY_BUNDLED_PROFILES = 'connect2id';

export interface Pulled {
  readonly options: PullOptions;
  /** Where the tables are: AWS, or the address of a server. */
  readonly place: string;
  readonly id: string;
  readonly tables: readonly CapturedTable[];
  readonly files: readonly OutputFile[];
  /** Schema files of before that are none of these tables. */
  readonly leftOver: readonly string[];
  readonly problems: readonly Problem[];
}

export function pullReport(pulled: Pulled): Report {
  const { options, place, id, tables, files, leftOver, problems } = pulled;
  const { region, output, wanted } = options;
  return {
    text: [
      `${countOf(tables.length, 'table')} of ${region} (${place}) written to ${output} as server '${id}'`,
      '',
      columns([['', 'file', 'key', 'indexes', 'ttl'], ...tables.map(row)]),
      '',
      ...remarks(pulled),
    ].join('\n'),
    json: {
      output: path.resolve(output),
      region,
      place,
      prefix: wanted.prefix,
      server: id,
      files: files.map(({ name }) => name),
      tables: tables.map(({ baseName, schema, timeToLiveAttribute, pointInTimeRecovery }) => ({
        baseName,
        tableName: schema.tableName,
        timeToLiveAttribute,
        pointInTimeRecovery,
      })),
      leftOver,
      problems,
    },
  };
}

function row({ baseName, schema, timeToLiveAttribute = '-' }: CapturedTable): string[] {
  const indexes = schema.globalIndexes.length + schema.localIndexes.length;
  return ['', `create-table-${baseName}.json`, keyText(schema), String(indexes), timeToLiveAttribute];
}

function remarks({ options, id, tables, leftOver }: Pulled): string[] {
  const { wanted, output } = options;
  const unprotected = tables.filter(({ pointInTimeRecovery: isOn }) => isOn === false).map(({ baseName }) => baseName);
  const isBundled = id === BY_BUNDLED_PROFILES;
  const factory = isBundled ? 'connect2id({ schemaDirectory })' : 'fromSchemaDirectory(directory)';
  const advice = isBundled
    ? 'connect2id({ schemaDirectory }) decides by its own profiles and turns it on where a restore makes sense'
    : 'remove the line in server.json where it should be on';
  return [
    ...(wanted.prefix === '' ? [] : [`prefix '${wanted.prefix}' is taken off: pass it to the construct as tablePrefix`]),
    ...(unprotected.length === 0 ? [] : [`point-in-time recovery is off for ${quoted(unprotected)}; ${advice}`]),
    ...(leftOver.length === 0 ? [] : [`left as they were in ${output}: ${quoted(leftOver)}`]),
    ...tables.flatMap(documentIndexes),
    `next: IdentityServer.${factory} with ${output}`,
  ];
}
