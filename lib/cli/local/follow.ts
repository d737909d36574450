import { formatProblem } from '../../errors';
import { difference, type Change, type ChangeKind, type TableState } from '../../state';
import type { Clients } from '../aws/endpoint';
import type { DynamoSdk } from '../aws/sdk';
import { errorText } from '../aws/service-error';
import { createRequest } from '../provision/create-request';
import { provision } from '../provision';
import { whenReady } from '../provision/ready';
import { settingName } from '../verify/change-text';

/** Changes that a table takes while it keeps its items and its replication goes on. */
const FOLLOWED: ReadonlySet<ChangeKind> = new Set(['index-added', 'table-missing']);
/** Changes after which a table is another one: nothing is added to it. */
const IDENTITY: ReadonlySet<ChangeKind> = new Set(['key-schema', 'local-index', 'placement', 'consistency']);
/** Changes that mean nothing on one machine. */
const WITHOUT_MEANING: ReadonlySet<ChangeKind> = new Set(['owner']);

export interface FollowOptions {
  readonly sdk: DynamoSdk;
  readonly clients: Clients;
}

/** What became of a new assembly. */
export interface Followed {
  /** The tables as they stand now. */
  readonly states: readonly TableState[];
  readonly created: readonly TableState[];
  /** One line for each change, done or not. */
  readonly lines: readonly string[];
}

/** Adds the new tables and indexes of an assembly to those that stand. Every other change waits for a new start, and is told. */
export async function follow(
  standing: readonly TableState[],
  wanted: readonly TableState[],
  options: FollowOptions,
): Promise<Followed> {
  const changes = difference(standing, wanted).filter(({ kind }) => !WITHOUT_MEANING.has(kind));
  const left = new Set(changes.filter(({ kind }) => IDENTITY.has(kind)).map(({ tableName }) => tableName));
  const isFollowed = ({ kind, tableName }: Change): boolean => FOLLOWED.has(kind) && !left.has(tableName);
  const followed = changes.filter(isFollowed);
  const [tables, indexes] = await Promise.all([createTables(followed, options), addIndexes(followed, standing, wanted, options)]);
  const now = new Map([...standing, ...tables.states, ...indexes.states].map((state) => [placeOf(state), state]));
  const untouched = changes.filter((change) => !isFollowed(change));
  return {
    states: [...now.values()],
    created: tables.states,
    lines: [
      ...tables.lines,
      ...indexes.lines,
      ...untouched.map((change) => {
        const { kind, tableName, region } = change;
        const what = 'indexName' in change ? `index ${change.indexName}` : settingName(kind);
        return `! ${what} of ${tableName} in ${region} differs: start local again, without its data, to have it as in the assembly`;
      }),
    ],
  };
}

function placeOf({ tableName, region }: { readonly tableName: string; readonly region: string }): string {
  return `${region}/${tableName}`;
}

interface Done {
  readonly states: readonly TableState[];
  readonly lines: readonly string[];
}

async function createTables(changes: readonly Change[], { sdk, clients }: FollowOptions): Promise<Done> {
  const wanted = changes.flatMap((change) => (change.kind === 'table-missing' ? [change.after] : []));
  if (wanted.length === 0) {
    return { states: [], lines: [] };
  }
  const { outcomes, problems } = await provision(wanted, { sdk, clients, onProgress: () => undefined });
  const created = outcomes.filter(({ fate }) => fate === 'created' || fate === 'kept').map(({ state }) => state);
  return {
    states: created,
    lines: [...created.map(({ tableName, region }) => `+ table ${tableName} in ${region}`), ...problems.map(formatProblem)],
  };
}

/** What stands with an index more; what else the assembly says of the table is still to be told. */
function withIndex(before: TableState, wanted: TableState, indexName: string): TableState {
  const added = wanted.schema.globalIndexes.filter((index) => index.indexName === indexName);
  return { ...before, schema: { ...before.schema, globalIndexes: [...before.schema.globalIndexes, ...added] } };
}

/** One index after the other, as DynamoDB takes them. */
async function addIndexes(
  changes: readonly Change[],
  standing: readonly TableState[],
  wanted: readonly TableState[],
  { sdk, clients }: FollowOptions,
): Promise<Done> {
  const lines: string[] = [];
  const states = new Map<string, TableState>();
  for (const change of changes) {
    const state = wanted.find((candidate) => placeOf(candidate) === placeOf(change));
    if (change.kind !== 'index-added' || state === undefined) {
      continue;
    }
    const { tableName: TableName, region, indexName } = change;
    const { GlobalSecondaryIndexes: indexes = [], AttributeDefinitions } = createRequest(state).input;
    const Create = indexes.find((index) => index.IndexName === indexName);
    try {
      const GlobalSecondaryIndexUpdates = Create === undefined ? [] : [{ Create }];
      await clients.of(region).send(new sdk.UpdateTableCommand({ TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates }));
      await whenReady(sdk, clients.of(region), TableName);
      const before = states.get(placeOf(state)) ?? standing.find((each) => placeOf(each) === placeOf(state)) ?? state;
      states.set(placeOf(state), withIndex(before, state, indexName));
      lines.push(`+ index ${indexName} of ${TableName} in ${region}`);
    } catch (error) {
      lines.push(`x index ${indexName} of ${TableName} in ${region}: ${errorText(error)}`);
    }
  }
  return { states: [...states.values()], lines };
}
