import { IdentityServer, type ServerDefinition, type ServerTable } from '../../servers';
import type { TableState } from '../../state';
import type { Values } from '../command';
import { SERVER_TAG, TABLE_TAG } from '../tags';
import { SERVER_OPTIONS, serverOf } from '../server-options';

/** The server that the tables are for. */
export interface KnownServer {
  readonly definition: ServerDefinition;
  readonly tablePrefix: string;
  /** How it is called on the command line. */
  readonly arguments: readonly string[];
  /** Whether only its name is known, from tags: then the newest version with its default options is taken. */
  readonly isFromTags: boolean;
  readonly tableOf: (state: TableState) => ServerTable | undefined;
}

/** The servers that tags can name, in their newest version and with default options. */
const NEWEST: { readonly [id: string]: (baseName: string) => { server: IdentityServer; arguments: readonly string[] } } = {
  connect2id: () => ({
    server: IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true }),
    arguments: ['--server', 'connect2id', '--version', '18.0'],
  }),
  curity: () => ({
    server: IdentityServer.curity({ version: '11.0' }),
    arguments: ['--server', 'curity', '--version', '11.0'],
  }),
  'connect-dynamodb': (tableName) => ({
    server: IdentityServer.connectDynamoDb({ tableName }),
    arguments: ['--server', 'connect-dynamodb', '--table', tableName],
  }),
};

/** @throws IdentityTablesError with every problem of the options */
export function knownServer(values: Values): KnownServer {
  const definition = serverOf(values)._definition;
  const tablePrefix = values.text('prefix') ?? '';
  const given = Object.keys(SERVER_OPTIONS).flatMap((option) => {
    const text = values.text(option);
    return text === undefined ? (values.isOn(option) ? [`--${option}`] : []) : [`--${option}`, text];
  });
  return {
    definition,
    tablePrefix,
    arguments: ['--server', values.text('server') ?? '', ...given],
    isFromTags: false,
    tableOf: ({ tableName }) => definition.tables.find(({ schema }) => tablePrefix + schema.tableName === tableName),
  };
}

/** The server whose name stands in the tags of the tables; undefined when there is none, more than one, or one that is not bundled. */
export function knownServerOfTags(states: readonly TableState[]): KnownServer | undefined {
  const tagged = states.filter(({ tags }) => tags[SERVER_TAG] !== undefined && tags[TABLE_TAG] !== undefined);
  const names = new Set(tagged.map(({ tags }) => tags[SERVER_TAG]));
  const [name] = names;
  if (names.size !== 1 || !Object.hasOwn(NEWEST, name)) {
    return undefined;
  }
  const newest = NEWEST[name](tagged[0].tags[TABLE_TAG]);
  const definition = newest.server._definition;
  const tableOf = ({ tags }: TableState): ServerTable | undefined =>
    tags[SERVER_TAG] === name ? definition.tables.find(({ baseName }) => baseName === tags[TABLE_TAG]) : undefined;
  return {
    definition,
    tablePrefix: prefixOf(tagged, tableOf),
    arguments: newest.arguments,
    isFromTags: true,
    tableOf,
  };
}

function prefixOf(states: readonly TableState[], tableOf: KnownServer['tableOf']): string {
  for (const state of states) {
    const name = tableOf(state)?.schema.tableName;
    if (name !== undefined && state.tableName.endsWith(name)) {
      return state.tableName.slice(0, -name.length);
    }
  }
  return '';
}
