import {
  insightsModes,
  keyText,
  type Change,
  type ChangeKind,
  type ChangeOf,
  type TableOwner,
  type TableState,
} from '../../state';

/** What a change says for a person: what it is about, how it is live and how the assembly wants it. */
export interface ChangeText {
  readonly what: string;
  readonly live: string;
  readonly wanted: string;
}

type TextOf<K extends ChangeKind> = (change: ChangeOf<K>) => ChangeText;

/** Names of settings, for messages. */
const NAMES: { readonly [kind in ChangeKind]: string } = {
  'table-missing': 'table',
  'table-extra': 'table',
  placement: 'replication',
  'replica-added': 'replica',
  'replica-removed': 'replica',
  owner: 'owner',
  'key-schema': 'key',
  'local-index': 'local index',
  'index-added': 'index',
  'index-removed': 'index',
  'index-changed': 'index',
  consistency: 'consistency',
  billing: 'billing',
  capacity: 'capacity',
  stream: 'stream',
  'time-to-live': 'ttl',
  'point-in-time-recovery': 'point-in-time recovery',
  'deletion-protection': 'deletion protection',
  'table-class': 'table class',
  encryption: 'encryption',
  'contributor-insights': 'contributor insights',
  'resource-policy': 'resource policy',
  tags: 'tags',
};

export function settingName(kind: ChangeKind): string {
  return NAMES[kind];
}

const TEXTS: { readonly [K in ChangeKind]: TextOf<K> } = {
  'table-missing': () => ({ what: 'table', live: 'missing', wanted: 'wanted' }),
  'table-extra': () => ({ what: 'table', live: 'stands', wanted: 'unknown to the assembly; left alone' }),
  placement: ({ before, after }) => ({ what: 'replication', live: regionsText(before), wanted: regionsText(after) }),
  'replica-added': ({ before }) => ({ what: 'replica', live: `missing; replicas in ${before.join(', ')}`, wanted: 'wanted' }),
  'replica-removed': () => ({ what: 'replica', live: 'stands', wanted: 'unknown to the assembly; left alone' }),
  owner: ({ before, after }) => ({ what: 'owner', live: ownerText(before), wanted: ownerText(after) }),
  'key-schema': ({ before, after }) => ({ what: 'key', live: keyOf(before), wanted: keyOf(after) }),
  'local-index': ({ indexName, before, after }) => ({
    what: `local index '${indexName}'`,
    live: before === undefined ? 'missing' : indexText(before),
    wanted: after === undefined ? 'none' : indexText(after),
  }),
  'index-added': ({ indexName, after }) => ({ what: `index '${indexName}'`, live: 'missing', wanted: indexText(after) }),
  'index-removed': ({ indexName, before }) => ({ what: `index '${indexName}'`, live: indexText(before), wanted: 'none' }),
  'index-changed': ({ indexName, before, after }) => ({
    what: `index '${indexName}'`,
    live: indexText(before),
    wanted: indexText(after),
  }),
  consistency: (change) => plain(change, (value) => value),
  billing: (change) => plain(change, (value) => (value === 'PROVISIONED' ? 'provisioned' : 'on-demand')),
  capacity: (change) => plain(change, (value) => JSON.stringify(value)),
  stream: ({ kind, before, after }) => plain({ kind, before, after }, (value) => value ?? 'off'),
  'time-to-live': (change) => plain(change, (value) => (value.enabled ? `on, attribute '${value.attribute}'` : 'off')),
  'point-in-time-recovery': (change) => plain(change, (value) => (value.enabled ? `on, ${value.days} days` : 'off')),
  'deletion-protection': (change) => plain(change, (value) => (value ? 'on' : 'off')),
  'table-class': (change) => plain(change, (value) => value),
  encryption: (change) => plain(change, ({ key, keyId }) => keyId ?? ENCRYPTION[key]),
  'contributor-insights': (change) => plain(change, insightsText),
  'resource-policy': ({ before, after }) => ({
    what: 'resource policy',
    live: before === undefined ? 'none' : 'a policy',
    wanted: after === undefined ? 'none' : before === undefined ? 'a policy' : 'another policy',
  }),
  tags: ({ before, after }) => ({ what: 'tags', live: tagsText(before, after), wanted: tagsText(after, before) }),
};

const ENCRYPTION: { readonly [key in TableState['encryption']['key']]: string } = {
  AWS_OWNED: 'key owned by AWS',
  AWS_MANAGED: 'key managed by AWS',
  CUSTOMER_MANAGED: 'customer-managed key',
};

export function changeText(change: Change): ChangeText {
  return textOf(change.kind, change);
}

function textOf<K extends ChangeKind>(kind: K, change: ChangeOf<K>): ChangeText {
  const text: TextOf<K> = TEXTS[kind];
  return text(change);
}

function plain<V>(
  change: { readonly kind: ChangeKind; readonly before: V; readonly after: V },
  text: (value: V) => string,
): ChangeText {
  return { what: NAMES[change.kind], live: text(change.before), wanted: text(change.after) };
}

function regionsText({ replicaRegions }: { readonly replicaRegions: readonly string[] }): string {
  return replicaRegions.length === 1 ? 'regional' : `replicated in ${replicaRegions.join(', ')}`;
}

function ownerText(owner: TableOwner): string {
  switch (owner.kind) {
    case 'stack':
      return `stack ${owner.stackName}, ${owner.logicalId}`;
    case 'replica':
      return `a stack in ${owner.primaryRegion}`;
    case 'nobody':
      return 'no stack';
  }
}

function keyOf(key: Pick<TableState['schema'], 'partitionKey' | 'sortKey'>): string {
  return keyText({ ...key, tableName: '', globalIndexes: [], localIndexes: [] });
}

function indexText({
  partitionKeys,
  sortKeys,
  projectionType,
  nonKeyAttributes,
}: TableState['schema']['globalIndexes'][number]): string {
  const keys = [...partitionKeys, ...sortKeys].map(({ name, type }) => `${name} (${type})`).join(', ');
  return [keys, projectionType, ...nonKeyAttributes].join(' ');
}

function insightsText(state: TableState['contributorInsights']): string {
  const { table, indexes } = insightsModes(state);
  const subjects = [...(table === undefined ? [] : [['table', table]]), ...indexes];
  const on = subjects.map(([subject, mode]) => `${subject} (${mode})`);
  return on.length === 0 ? 'off' : `on for ${on.join(', ')}`;
}

/** Tags that are named; there may be fifty of them, and a line has other columns. */
const MOST_TAGS = 2;

/** The tags that the other side does not have like this. */
function tagsText(tags: TableState['tags'], others: TableState['tags']): string {
  const own = Object.entries(tags)
    .filter(([key, value]) => others[key] !== value)
    .map(([key, value]) => `${key}=${value}`);
  const left = own.length - MOST_TAGS;
  return own.length === 0 ? 'none of them' : [...own.slice(0, MOST_TAGS), ...(left > 0 ? [`${left} more`] : [])].join(', ');
}
