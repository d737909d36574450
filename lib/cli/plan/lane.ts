import { isDeepStrictEqual } from 'node:util';
import { LIMITS } from '../../errors';
import { keyAttributes, type IndexSchema } from '../../schema';
import type { TableState } from '../../state';
import { billingFor, insightsFor } from './index-settings';
import type { StepChange } from './step';
import { expiryNote } from './expiry-note';
import type { ExpiredItems } from './input';
import { changedExtras, extrasFor, NO_EXTRAS } from './extras';
import { homeState, partsOf, regionsOf, withDeletionPolicy, withExtras, withStates, type Table } from './table';

/** One update of a table in its stack. */
export interface Move {
  readonly change: StepChange;
  /** The table afterwards. */
  readonly after: Table;
}

/**
 * The updates that bring a table to its target in the regions where it stands, one after the other. `early`: what is needed
 * before a new server runs; `late`: what has to wait until replicas are gone and no server uses an index any more.
 */
export function movesOf(current: Table, target: Table, time: 'early' | 'late', expired: readonly ExpiredItems[] = []): Move[] {
  const lane = new Lane(current, target, expired);
  lane.changeSettings();
  lane.changeExtras();
  const isTurnedOff = lane.turnOffTimeToLive();
  lane.changeStream();
  if (!isTurnedOff) {
    lane.turnOnTimeToLive();
  }
  lane.addIndexes();
  // Its hour of waiting passes while indexes are filled.
  lane.turnOnTimeToLive();
  if (time === 'late') {
    lane.removeIndexes();
  }
  return lane.moves;
}

/** The settings that each region has for itself. */
const REGION_SETTINGS = [
  'pointInTimeRecovery',
  'deletionProtection',
  'tableClass',
  'tags',
  'contributorInsights',
  'resourcePolicy',
  'billing',
  'encryption',
] as const;

const WORDS: { readonly [setting in (typeof REGION_SETTINGS)[number]]: string } = {
  pointInTimeRecovery: 'point-in-time recovery',
  deletionProtection: 'deletion protection',
  tableClass: 'table class',
  tags: 'tags',
  contributorInsights: 'contributor insights',
  resourcePolicy: 'resource policy',
  billing: 'billing',
  encryption: 'encryption',
};

class Lane {
  public readonly moves: Move[] = [];
  private table: Table;

  public constructor(
    current: Table,
    private readonly target: Table,
    private readonly expired: readonly ExpiredItems[],
  ) {
    this.table = current;
  }

  public changeSettings(): void {
    const before = this.table;
    const policy = this.target.owner?.deletionPolicy ?? 'Retain';
    const states = new Map([...before.replicas].map(([region, state]) => [region, this.settingsOf(state)]));
    const changed = REGION_SETTINGS.filter((setting) =>
      [...states].some(([region, state]) => !isDeepStrictEqual(before.replicas.get(region)?.[setting], state[setting])),
    ).map((setting) => WORDS[setting]);
    if (before.owner?.deletionPolicy !== policy) {
      changed.push(`DeletionPolicy ${policy}`);
    }
    if (changed.length > 0) {
      const after = withStates(before, (state) => states.get(state.region) ?? state);
      this.move('settings', withDeletionPolicy(after, policy), changed.join(', '));
    }
  }

  /** CloudFormation may make any call for them, so that nothing else changes beside. */
  public changeExtras(): void {
    const after = this.withTargetExtras(this.table);
    const changed = changedExtras(this.table.owner?.extras ?? NO_EXTRAS, after.owner?.extras ?? NO_EXTRAS);
    if (changed.length > 0) {
      this.move('settings', after, changed.join(', '));
    }
  }

  public turnOffTimeToLive(): boolean {
    const { timeToLive: before } = homeState(this.table);
    const { timeToLive: after } = homeState(this.target);
    if (!before.enabled || (after.enabled && after.attribute === before.attribute)) {
      return false;
    }
    const off = this.everywhere({ timeToLive: { enabled: false } });
    this.move('ttl-off', { ...off, turnedOff: before.attribute }, `TTL on '${before.attribute}' off`);
    return true;
  }

  public turnOnTimeToLive(): void {
    const { timeToLive: before } = homeState(this.table);
    const { timeToLive: after } = homeState(this.target);
    if (after.enabled && !before.enabled) {
      const on = { ...this.everywhere({ timeToLive: after }), turnedOff: undefined };
      this.move('ttl-on', on, `TTL on '${after.attribute}' on`, expiryNote(on, this.expired));
    }
  }

  /** DynamoDB changes a stream only while there are no replicas, and its view type only by way of no stream. */
  public changeStream(): void {
    const { stream: before } = homeState(this.table);
    const { stream: after } = homeState(this.target);
    if (before === after || this.table.replicas.size > 1) {
      return;
    }
    if (before !== undefined) {
      this.move('stream', this.everywhere({ stream: undefined }), `stream ${before} off`);
    }
    if (after !== undefined) {
      this.move('stream', this.everywhere({ stream: after }), `stream ${after} on`);
    }
  }

  public addIndexes(): void {
    for (const index of homeState(this.target).schema.globalIndexes) {
      if (!this.indexes.some(({ indexName }) => indexName === index.indexName)) {
        this.makeRoomFor(index);
        this.move('index-added', this.withIndexes([...this.indexes, index]), `index '${index.indexName}' added`);
      }
    }
  }

  public removeIndexes(): void {
    this.obsoleteIndexes.forEach((index) => this.removeIndex(index));
  }

  private removeIndex({ indexName }: IndexSchema): void {
    const kept = this.indexes.filter((index) => index.indexName !== indexName);
    this.move('index-removed', this.withIndexes(kept), `index '${indexName}' removed`);
  }

  /** Removes indexes that are not wanted any more where the new one has no place beside them. */
  private makeRoomFor(index: IndexSchema): void {
    while (this.obsoleteIndexes.length > 0 && !hasPlace(this.table, index)) {
      this.removeIndex(this.obsoleteIndexes[0]);
    }
  }

  private get indexes(): readonly IndexSchema[] {
    return homeState(this.table).schema.globalIndexes;
  }

  private get obsoleteIndexes(): IndexSchema[] {
    const wanted = new Set(homeState(this.target).schema.globalIndexes.map(({ indexName }) => indexName));
    return this.indexes.filter(({ indexName }) => !wanted.has(indexName));
  }

  private move(name: StepChange['name'], after: Table, text: string, note?: string): void {
    this.table = after;
    this.moves.push({ change: { name, table: after.name, text, ...(note !== undefined && { note }) }, after });
  }

  private everywhere(change: Partial<TableState>): Table {
    return withStates(this.table, (state) => ({ ...state, ...change }));
  }

  private withIndexes(globalIndexes: readonly IndexSchema[]): Table {
    const order = homeState(this.target).schema.globalIndexes.map(({ indexName }) => indexName);
    const sorted = [...globalIndexes].sort((a, b) => order.indexOf(a.indexName) - order.indexOf(b.indexName));
    const after = withStates(this.table, (state) =>
      this.settingsOf({ ...state, schema: { ...state.schema, globalIndexes: sorted } }),
    );
    return this.withTargetExtras(after);
  }

  private withTargetExtras(table: Table): Table {
    const [current, wanted] = [table, this.target].map(({ owner }) => owner?.extras ?? NO_EXTRAS);
    return withExtras(table, extrasFor(current, wanted, partsOf(this.target)));
  }

  /** The state with the settings of the target, as far as its indexes and replicas allow. */
  private settingsOf(state: TableState): TableState {
    const wanted = this.target.replicas.get(state.region);
    const billing = billingFor(state, wanted ?? homeState(this.target));
    const contributorInsights = insightsFor(state, wanted ?? state);
    const encryption = this.encryptionOf(state);
    if (wanted === undefined) {
      return { ...state, billing, contributorInsights, encryption };
    }
    return {
      ...state,
      pointInTimeRecovery: wanted.pointInTimeRecovery,
      deletionProtection: wanted.deletionProtection,
      tableClass: wanted.tableClass,
      tags: wanted.tags,
      resourcePolicy: wanted.resourcePolicy,
      contributorInsights,
      billing,
      encryption,
    };
  }

  /** All replicas are encrypted in the same way; the key of one that is still to go is not in the target. */
  private encryptionOf({ region, encryption }: TableState): TableState['encryption'] {
    const { key } = homeState(this.target).encryption;
    const hasKeys = regionsOf(this.table).every((each) => this.target.replicas.has(each));
    if (key === 'CUSTOMER_MANAGED' && !hasKeys) {
      return encryption;
    }
    return this.target.replicas.get(region)?.encryption ?? { key };
  }
}

/** Whether an index can be created beside those that the table has. */
function hasPlace(table: Table, index: IndexSchema): boolean {
  const { schema } = homeState(table);
  const all = [...schema.globalIndexes, ...schema.localIndexes, index];
  const projected = all.reduce((sum, { nonKeyAttributes }) => sum + nonKeyAttributes.length, 0);
  const types = new Map(keyAttributes(schema).map(({ name, type }) => [name, type]));
  return (
    schema.globalIndexes.length < LIMITS.globalIndexes &&
    projected <= LIMITS.projectedAttributes &&
    [...index.partitionKeys, ...index.sortKeys].every(({ name, type }) => (types.get(name) ?? type) === type)
  );
}
