import { isDeepStrictEqual } from 'node:util';
import { differenceOf, type TableState } from '../../state';
import { billingFor, insightsFor } from './index-settings';
import { homeState, ownerKey, regionsOf, stateIn, tableOf, type Table } from './table';

type Setting = keyof TableState;
type Tags = TableState['tags'];

/** What CloudFormation trips over when a live table has another one than the template: DynamoDB refuses a change to what stands. */
const STRUCTURE: readonly Setting[] = ['schema', 'stream', 'consistency'];
const SETTINGS: readonly Setting[] = [
  ...STRUCTURE,
  'billing',
  'timeToLive',
  'pointInTimeRecovery',
  'deletionProtection',
  'tableClass',
  'encryption',
  'tags',
  'contributorInsights',
  'resourcePolicy',
];

/** A setting of a table in one region. */
export interface PlacedSetting {
  readonly region: string;
  readonly setting: Setting;
}

/** A setting with the value that it is set back to. */
export interface SettingBack extends PlacedSetting {
  readonly value: TableState[Setting];
}

interface Drift {
  readonly template: Table;
  /** Settings that the template has otherwise, by region. */
  readonly settings: ReadonlyMap<string, Set<Setting>>;
  readonly isStructural: boolean;
}

/**
 * Where live tables differ from the templates that were deployed: somebody has changed them beside their stacks. CloudFormation compares
 * templates, so that it changes nothing where the next one says the same.
 */
export class Drifts {
  private readonly drifts = new Map<string, Drift>();

  /** Takes down what differs between a table as it stands and as its template has it, on the way to a target. */
  public note(live: Table, template: Table, target: Table | undefined): void {
    const regions = regionsOf(live).filter((region) => template.replicas.has(region));
    const changed = new Map(regions.map((region) => [region, changedSettings(stateIn(template, region), stateIn(live, region))]));
    const isFirm = (setting: Setting): boolean =>
      STRUCTURE.includes(setting) || (setting === 'timeToLive' && !isTimeToLiveSame(template, target));
    const isMoved = regions.length !== live.replicas.size || regions.length !== template.replicas.size;
    const isStructural = isMoved || [...changed.values()].some((settings) => [...settings].some(isFirm));
    if (isStructural || [...changed.values()].some((settings) => settings.size > 0)) {
      this.drifts.set(ownerKey(live), { template, settings: changed, isStructural });
    }
  }

  /** Whether no update of its template leads to the table: the stack has to let go of it and to import it as it is. */
  public isAstray(table: Table): boolean {
    return this.drifts.get(ownerKey(table))?.isStructural === true;
  }

  /** What makes it astray, in words. */
  public reasonOf(table: Table): string {
    const drift = this.drifts.get(ownerKey(table));
    return drift === undefined ? '' : reasons(drift.template, table).join(', ');
  }

  /** What a table has to be given back: what its template and the target say alike, and the table does not. */
  public changedBack(live: Table, target: Table): SettingBack[] {
    const drift = this.drifts.get(ownerKey(live));
    const isWanted = ({ region, setting }: PlacedSetting): boolean => setting === 'timeToLive' || target.replicas.has(region);
    return drift === undefined || drift.isStructural
      ? []
      : placed(drift)
          .filter(isWanted)
          .flatMap((each) => settingBack(each, { live, template: drift.template, target }) ?? []);
  }

  /** Whether the template of a table says other than the table. */
  public isPending(table: Table): boolean {
    const drift = this.drifts.get(ownerKey(table));
    return drift !== undefined && placed(drift).length > 0;
  }

  /** A table as its template has it. */
  public asWritten(table: Table): Table {
    const drift = this.drifts.get(ownerKey(table));
    if (drift === undefined) {
      return table;
    }
    const { template, settings, isStructural } = drift;
    const states = [...(isStructural ? template : table).replicas.values()].map((state) => {
      const [live, written] = [table.replicas.get(state.region), template.replicas.get(state.region)];
      const kept = [...(settings.get(state.region) ?? [])].map((setting) => [setting, written?.[setting]] as const);
      return withoutLostIndexes({ ...state, ...live, ...Object.fromEntries(kept) });
    });
    return tableOf(table, states);
  }

  /** The settings of an update that the template has already, so that a deployment would not make it. They agree from here on. */
  public settle(before: Table, after: Table): PlacedSetting[] {
    const drift = this.drifts.get(ownerKey(before));
    const found: PlacedSetting[] = [];
    for (const [region, settings] of drift?.settings ?? []) {
      const [old, now, written] = [before, after, drift?.template].map((table) => table?.replicas.get(region));
      if (old === undefined || now === undefined || written === undefined) {
        continue;
      }
      for (const setting of [...changedSettings(old, now)].filter((each) => settings.has(each))) {
        const isOnTheWay = leadsBack(setting, old, now, written);
        if (!isOnTheWay) {
          settings.delete(setting);
        }
        if (isOnTheWay || isDeepStrictEqual(written[setting], now[setting])) {
          found.push({ region, setting });
        }
      }
    }
    return found;
  }

  /** The stack has the table no more. */
  public forget(table: Table): void {
    this.drifts.delete(ownerKey(table));
  }
}

/** A TTL that is on already is not turned on again: where the template is to change, it has to say what stands. */
function isTimeToLiveSame(template: Table, target: Table | undefined): boolean {
  return target === undefined || isDeepStrictEqual(homeState(template).timeToLive, homeState(target).timeToLive);
}

function settingBack(
  { region, setting }: PlacedSetting,
  tables: { readonly [name in 'live' | 'template' | 'target']: Table },
): SettingBack | undefined {
  const { live, template, target } = tables;
  const [stands, written] = [live, template].map((table) => stateIn(table, region));
  // TTL is the same everywhere, also in a replica that is to go.
  const wanted = setting === 'timeToLive' ? homeState(target) : stateIn(target, region);
  if (setting === 'tags') {
    const value = tagsBack(stands.tags, written.tags, wanted.tags);
    return isDeepStrictEqual(value, stands.tags) ? undefined : { region, setting, value };
  }
  return isDeepStrictEqual(written[setting], wanted[setting]) ? { region, setting, value: wanted[setting] } : undefined;
}

/** CloudFormation compares tags one by one: those that the next template has otherwise, it changes itself. */
function tagsBack(live: Tags, written: Tags, wanted: Tags): Tags {
  const back = Object.entries(written).filter(([key, value]) => wanted[key] === value);
  return { ...live, ...Object.fromEntries(back) };
}

/** Whether a setting goes back to what the template says in more than one call, and this is one of them. */
function leadsBack(setting: Setting, old: TableState, now: TableState, written: TableState): boolean {
  if (isDeepStrictEqual(written[setting], now[setting])) {
    return false;
  }
  if (setting === 'tags') {
    return Object.entries(written.tags).some(([key, value]) => old.tags[key] !== value && now.tags[key] === value);
  }
  return setting === 'timeToLive' && written.timeToLive.enabled && !now.timeToLive.enabled;
}

function placed({ settings }: Drift): PlacedSetting[] {
  return [...settings].flatMap(([region, each]) => [...each].map((setting) => ({ region, setting })));
}

/** What a template says of an index goes with the index. */
function withoutLostIndexes(state: TableState): TableState {
  return { ...state, billing: billingFor(state, state), contributorInsights: insightsFor(state, state) };
}

function changedSettings(a: TableState, b: TableState): Set<Setting> {
  return new Set(SETTINGS.filter((setting) => !isDeepStrictEqual(a[setting], b[setting])));
}

function reasons(template: Table, live: Table): string[] {
  const lost = regionsOf(template).filter((region) => !live.replicas.has(region));
  const grown = regionsOf(live).filter((region) => !template.replicas.has(region));
  const changes = differenceOf(homeState(template), stateIn(live, template.home));
  return [
    ...lost.map((region) => `its replica in ${region} was removed`),
    ...grown.map((region) => `a replica in ${region} was added`),
    ...changes.flatMap((change) => {
      switch (change.kind) {
        case 'index-added':
          return [`index '${change.indexName}' was added`];
        case 'index-removed':
          return [`index '${change.indexName}' was removed`];
        case 'index-changed':
          return [`index '${change.indexName}' was made anew`];
        case 'stream':
          return ['its stream was changed'];
        case 'time-to-live':
          return ['its TTL was changed'];
        default:
          return [];
      }
    }),
  ];
}
