import * as fc from 'fast-check';
import type { TableState } from '../../lib/state';
import type { World } from './world';

type Change = (state: TableState) => TableState;

const BY_HAND = {
  indexName: 'by-hand',
  partitionKeys: [{ name: 'hand', type: 'S' }],
  sortKeys: [],
  projectionType: 'KEYS_ONLY',
  nonKeyAttributes: [],
} as const;

/** What people do in the console to a table that a stack owns. */
const CHANGES: { readonly [name: string]: Change } = {
  protection: (state) => ({ ...state, deletionProtection: !state.deletionProtection }),
  recovery: (state) => ({
    ...state,
    pointInTimeRecovery: state.pointInTimeRecovery.enabled ? { enabled: false } : { enabled: true, days: 7 },
  }),
  expiry: (state) => ({
    ...state,
    timeToLive: state.timeToLive.enabled ? { enabled: false } : { enabled: true, attribute: 'by-hand' },
  }),
  'expiry moved': (state) => ({
    ...state,
    timeToLive: state.timeToLive.enabled ? { enabled: true, attribute: 'by-hand' } : state.timeToLive,
  }),
  class: (state) => ({
    ...state,
    tableClass: state.tableClass === 'STANDARD' ? 'STANDARD_INFREQUENT_ACCESS' : 'STANDARD',
  }),
  tags: (state) => ({
    ...state,
    tags: Object.fromEntries(Object.entries(state.tags).map(([key, value], i) => [key, i === 0 ? 'by hand' : value])),
  }),
  insights: ({ contributorInsights: { enabled }, ...state }) => ({
    ...state,
    contributorInsights: { enabled: !enabled, indexes: [] },
  }),
  policy: ({ resourcePolicy, ...state }) => ({ ...state, ...(resourcePolicy === undefined && { resourcePolicy: {} }) }),
  'index added': (state) => withIndexes(state, [...state.schema.globalIndexes, BY_HAND]),
  'index removed': (state) => withIndexes(state, state.schema.globalIndexes.slice(1)),
};

function withIndexes(state: TableState, globalIndexes: TableState['schema']['globalIndexes']): TableState {
  const names = new Set(globalIndexes.map(({ indexName }) => indexName));
  const { billing, contributorInsights, schema } = state;
  return {
    ...state,
    schema: { ...schema, globalIndexes },
    // Somebody gives it the capacity of its table.
    billing: {
      ...billing,
      indexes:
        billing.mode === 'PROVISIONED'
          ? Object.fromEntries([...names].map((name) => [name, billing.indexes[name] ?? billing.table]))
          : {},
    },
    contributorInsights: { ...contributorInsights, indexes: contributorInsights.indexes.filter((name) => names.has(name)) },
  };
}

/** One change of one table that a stack of the app has made, or its deletion. */
export const changeBeside: fc.Arbitrary<(world: World) => void> = fc
  .record({ at: fc.nat(8), change: fc.constantFrom('deleted', ...Object.keys(CHANGES)) })
  .map(({ at, change }) => {
    const apply = (world: World): void => {
      const own = [...world.stacks].filter(([stack]) => stack.includes('/Identity'));
      const resources = own.flatMap(([, each]) => [...each.values()]);
      const resource = resources[at % Math.max(1, resources.length)];
      if (resource === undefined) {
        return;
      }
      if (change === 'deleted') {
        world.deleteBeside(resource.name, [...resource.replicas.keys()]);
      } else {
        world.changeBeside(resource.name, CHANGES[change]);
      }
    };
    return Object.assign(apply, { [fc.toStringMethod]: () => `${change} of table ${at}` });
  });
