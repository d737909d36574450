import { LIMITS } from '../../errors';
import type { Replica } from '../global-table';
import { at, isOn, items, shown, UNKNOWN } from '../intrinsics';
import type { Finding, TableRule } from '../rule';

/** The values of a setting by name, defaults filled in. What only CloudFormation knows is undefined. */
type Values = ReadonlyMap<string, string | undefined>;

interface Setting {
  /** The property of a replica. */
  readonly property: string;
  /** Undefined when only CloudFormation knows which values there are. */
  readonly read: (replica: unknown) => Values | undefined;
}

const SETTINGS: readonly Setting[] = [
  {
    property: 'PointInTimeRecoverySpecification',
    read: (replica) => {
      const on = isOn(replica, 'PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled');
      const days = at(replica, 'PointInTimeRecoverySpecification', 'RecoveryPeriodInDays') ?? LIMITS.recoveryPeriodInDays;
      return new Map([
        ['point-in-time recovery', onOrOff(on)],
        ['its recovery period', on === true && days !== UNKNOWN ? `${shown(days)} days` : undefined],
      ]);
    },
  },
  {
    property: 'DeletionProtectionEnabled',
    read: (replica) => new Map([['deletion protection', onOrOff(isOn(replica, 'DeletionProtectionEnabled'))]]),
  },
  { property: 'TableClass', read: (replica) => new Map([['table class', word(at(replica, 'TableClass') ?? 'STANDARD')]]) },
  {
    property: 'ContributorInsightsSpecification',
    read: (replica) => new Map([['contributor insights', onOrOff(isOn(replica, 'ContributorInsightsSpecification', 'Enabled'))]]),
  },
  { property: 'Tags', read: tags },
];

export const replicaSettings: TableRule = {
  id: 'REPLICA-SETTINGS',
  title: 'settings differ between the replicas',
  reason:
    'DynamoDB does not keep recovery, protection, tags and contributor insights of replicas equal, and TableV2 passes its tags ' +
    'prop to the primary only. A difference is mostly an accident, noticed when a region is lost.',
  fix: 'set it on the table for all replicas, tags with Tags.of(table).add(...); acknowledge a difference that is wanted',
  source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html',
  checkTable: ({ primary, replicas }) =>
    replicas.flatMap((replica) =>
      primary === undefined ? [] : SETTINGS.flatMap((setting) => compare(setting, replica, primary)),
    ),
};

function compare({ property, read }: Setting, replica: Replica, primary: Replica): Finding[] {
  const [here, there] = [read(replica.properties), read(primary.properties)];
  if (here === undefined || there === undefined) {
    return [];
  }
  const shown = (values: Values, name: string) => (values.has(name) ? values.get(name) : 'missing');
  return [...new Set([...here.keys(), ...there.keys()])]
    .map((name) => ({ name, here: shown(here, name), there: shown(there, name) }))
    .filter((value) => value.here !== undefined && value.there !== undefined && value.here !== value.there)
    .map((value) => ({
      location: `${replica.location}.${property}`,
      message: `${value.name} is ${value.here} in ${replica.label}, but ${value.there} in ${primary.label}`,
    }));
}

function tags(replica: unknown): Values | undefined {
  const list = at(replica, 'Tags') ?? [];
  const isCertain = Array.isArray(list) && list.every((tag) => at(tag, 'Key') !== UNKNOWN);
  return isCertain
    ? new Map(items(list).map(({ item }) => [`tag '${shown(at(item, 'Key'))}'`, word(at(item, 'Value'))]))
    : undefined;
}

function word(value: unknown): string | undefined {
  return value === UNKNOWN ? undefined : `'${shown(value)}'`;
}

function onOrOff(on: boolean | undefined): string | undefined {
  return on === undefined ? undefined : on ? 'on' : 'off';
}
