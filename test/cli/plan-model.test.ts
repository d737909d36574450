import type { ApiStep, ConfirmStep, DeployStep, ImportStep, Step, WaitStep } from '../../lib/cli/plan/step';
import { NO_EXTRAS, type Extras } from '../../lib/cli/plan/extras';
import { tablesOf, withOwner, withStates, type Owner, type Table } from '../../lib/cli/plan/table';
import type { IndexSchema } from '../../lib/schema';
import type { TableState } from '../../lib/state';
import { CALL_RULES, CREATION_RULES, DELETION_RULES, IMPORT_RULES, TEMPLATE_RULES, UPDATE_RULES } from '../plan-model/rules';
import { World, type Resource } from '../plan-model/world';
import { bareTable } from '../state/bare-table';

// The model of CloudFormation's and DynamoDB's rules judges the planner, so each rule is shown to judge: one operation that it
// allows, changed in one respect, is refused with the words of that rule.

const HOME = 'eu-central-1';
const OTHER = 'us-east-1';
const THIRD = 'ap-southeast-2';
const STACK = `000000000000/${HOME}/Identity`;
const OWNER: Owner = { stack: STACK, logicalId: 'Clients', type: 'AWS::DynamoDB::GlobalTable', deletionPolicy: 'Retain' };
const TEXT = { title: '', why: '', duration: '', billed: '', back: '' };

const index = (indexName: string, more: Partial<IndexSchema> = {}): IndexSchema => ({
  indexName,
  partitionKeys: [{ name: indexName, type: 'S' }],
  sortKeys: [],
  projectionType: 'ALL',
  nonKeyAttributes: [],
  ...more,
});

type Change = Partial<TableState> & { readonly indexes?: readonly IndexSchema[] };

/** A table in some regions; what differs from the usual in all of them. */
function table(regions: readonly string[], { indexes = [], ...change }: Change = {}, owner: Owner | 'nobody' = OWNER): Table {
  const schema = { ...bareTable().schema, tableName: 'clients', globalIndexes: indexes };
  const shared = {
    tableName: 'clients',
    account: '000000000000',
    owner: { kind: 'nobody' },
    stream: 'NEW_AND_OLD_IMAGES',
  } as const;
  const states = regions.map((region) => bareTable({ ...shared, region, schema, replicaRegions: regions, ...change }));
  return withOwner(
    tablesOf(states, () => ({ type: 'AWS::DynamoDB::GlobalTable' }))[0],
    owner === 'nobody' ? undefined : owner,
    HOME,
  );
}

const deploy = (...tables: Table[]): DeployStep => ({
  ...TEXT,
  kind: 'deploy',
  changes: [],
  aspects: [],
  isTarget: false,
  stacks: [{ stack: STACK, tables }],
});
const imported = (...tables: Table[]): ImportStep => ({
  ...TEXT,
  kind: 'import',
  stack: { stack: STACK, tables },
  imported: tables,
});
const confirm = (...regions: string[]): ConfirmStep => ({
  ...TEXT,
  kind: 'confirm',
  losses: regions.map((region) => ({ tableName: 'clients', region, text: '' })),
});
const wait = (name: WaitStep['name'], ...regions: string[]): WaitStep => ({
  ...TEXT,
  kind: 'wait',
  name,
  places: regions.map((region) => `clients@${region}`),
});

const turn = (value: TableState['timeToLive']): ApiStep => ({
  ...TEXT,
  kind: 'api',
  calls: [{ name: 'change-setting', tableName: 'clients', region: HOME, command: '', setting: 'timeToLive', value }],
});

function run(before: Table | undefined, ...steps: Step[]): void {
  const world = World.of(before === undefined ? [] : [before]);
  steps.forEach((step) => world.take(step));
}

const policy = { resourcePolicy: { Statement: [] } };
const scaled = { read: { min: 1, max: 9 }, write: { min: 1, max: 9 } };
const WARM = { WarmThroughput: { ReadUnitsPerSecond: 24_000 } };
const KINESIS = { KinesisStreamSpecification: { StreamArn: `arn:aws:kinesis:${HOME}:000000000000:stream/clients` } };
const STREAM_POLICY = { ReplicaStreamSpecification: { ResourcePolicy: {} } };
const withRest = (extras: Partial<Extras>): Owner => ({ ...OWNER, extras: { ...NO_EXTRAS, ...extras } });
const only = (region: string, change: Partial<TableState>) => (state: TableState) =>
  state.region === region ? { ...state, ...change } : state;

const REFUSED: Readonly<Record<string, () => void>> = {
  'the region of the stack is one of the replicas': () => run(undefined, deploy(withOwner(table([OTHER]), OWNER, HOME))),
  'a table with more than one replica has a stream': () => run(undefined, deploy(table([HOME, OTHER], { stream: undefined }))),
  'what is synchronised is the same in every replica': () =>
    run(undefined, deploy(withStates(table([HOME, OTHER]), only(OTHER, { timeToLive: { enabled: true, attribute: 'ttl' } })))),
  'a table has at most 20 global indexes': () =>
    run(undefined, deploy(table([HOME], { indexes: Array.from({ length: 21 }, (_, i) => index(`index-${i}`)) }))),
  'an attribute has one type': () =>
    run(undefined, deploy(table([HOME], { indexes: [index('by-id', { partitionKeys: [{ name: 'id', type: 'N' }] })] }))),
  'with provisioned billing the table and every index scale': () =>
    run(
      undefined,
      deploy(table([HOME], { indexes: [index('mail')], billing: { mode: 'PROVISIONED', table: scaled, indexes: {} } })),
    ),
  'settings of an index are those of an index that the table has': () =>
    run(undefined, deploy(table([HOME], { contributorInsights: { enabled: true, indexes: ['mail'] } }))),
  'a customer managed key is given for every replica': () =>
    run(
      undefined,
      deploy(table([HOME, OTHER], { encryption: { key: 'CUSTOMER_MANAGED', keyId: `arn:aws:kms:${HOME}:0:key/1` } })),
    ),
  'warm throughput, Kinesis streams and stream policies change in an update without an index or replica': () =>
    run(table([HOME]), deploy(table([HOME], { indexes: [index('mail')] }, withRest({ table: WARM })))),
  'warm throughput is not lowered': () =>
    run(
      table([HOME], { indexes: [index('mail')] }, withRest({ indexes: { mail: WARM } })),
      deploy(
        table(
          [HOME],
          { indexes: [index('mail')] },
          withRest({ indexes: { mail: { WarmThroughput: { ReadUnitsPerSecond: 12_000 } } } }),
        ),
      ),
    ),
  'the policy of the stream of a replica is not set in the operation that makes the replica': () =>
    run(table([HOME]), deploy(table([HOME, OTHER], {}, withRest({ replicas: { [OTHER]: STREAM_POLICY } })))),
  'an index is created that does not stand': () => {
    const world = World.of([table([HOME])]);
    world.changeBeside('clients', (state) => ({ ...state, schema: { ...state.schema, globalIndexes: [index('mail')] } }));
    world.take(deploy(table([HOME], { indexes: [index('mail')] })));
  },
  'and deleted that stands': () => {
    const world = World.of([table([HOME], { indexes: [index('mail')] })]);
    world.changeBeside('clients', (state) => ({ ...state, schema: { ...state.schema, globalIndexes: [] } }));
    world.take(deploy(table([HOME])));
  },
  'a change to provisioned billing seeds the capacity of the table and of every index': () =>
    run(table([HOME]), deploy(table([HOME], { billing: { mode: 'PROVISIONED', table: scaled, indexes: {} } }))),
  'an import says of what no state knows which Kinesis streams the table has': () => {
    const world = World.of([table([HOME], {}, withRest({ replicas: { [HOME]: KINESIS } }))]);
    [deploy(), deploy(), imported(table([HOME]))].forEach((step) => world.take(step));
  },
  'and nothing that nobody has read': () =>
    run(table([HOME], {}, 'nobody'), deploy(), imported(table([HOME], {}, withRest({ table: WARM })))),
  'a Kinesis stream is enabled where the table has none': () => {
    const world = World.of([table([HOME], {}, withRest({ replicas: { [HOME]: KINESIS } }))]);
    world.stacks.set(STACK, World.of([table([HOME])]).stacks.get(STACK) ?? new Map<string, Resource>());
    world.take(deploy(table([HOME], {}, withRest({ replicas: { [HOME]: KINESIS } }))));
  },
  'TTL is turned on where it is off, and off where it is on': () =>
    run(table([HOME], { timeToLive: { enabled: true, attribute: 'ttl' } }), turn({ enabled: true, attribute: 'expires' })),
  'TTL changes once within an hour, also by calls': () =>
    run(
      table([HOME], { timeToLive: { enabled: true, attribute: 'ttl' } }),
      turn({ enabled: false }),
      turn({ enabled: true, attribute: 'expires' }),
    ),
  'the name is free in every region': () => run(table([HOME], {}, 'nobody'), deploy(table([HOME]))),
  'one index is created or deleted per update': () =>
    run(table([HOME]), deploy(table([HOME], { indexes: [index('mail'), index('phone')] }))),
  'one replica is added or removed per update': () => run(table([HOME]), deploy(table([HOME, OTHER, THIRD]))),
  'nothing else changes in an update that adds or removes a replica': () =>
    run(table([HOME]), deploy(table([HOME, OTHER], { tags: { a: 'b' } }))),
  'an index changes in an update without changes of the billing mode': () =>
    run(table([HOME]), deploy(table([HOME], { indexes: [index('mail')], timeToLive: { enabled: true, attribute: 'ttl' } }))),
  'a stream changes only while the table has one replica': () =>
    run(table([HOME, OTHER], { stream: 'KEYS_ONLY' }), deploy(table([HOME, OTHER]))),
  'the view type of a stream changes only by way of no stream': () =>
    run(table([HOME], { stream: 'KEYS_ONLY' }), deploy(table([HOME]))),
  'the attribute of TTL changes only by way of TTL turned off': () =>
    run(
      table([HOME], { timeToLive: { enabled: true, attribute: 'ttl' } }),
      deploy(table([HOME], { timeToLive: { enabled: true, attribute: 'expires' } })),
    ),
  'TTL changes once within an hour': () =>
    run(table([HOME]), deploy(table([HOME], { timeToLive: { enabled: true, attribute: 'ttl' } })), deploy(table([HOME]))),
  'a table takes no update while it': () =>
    run(table([HOME]), deploy(table([HOME], { indexes: [index('mail')] })), deploy(table([HOME]))),
  'the name is free in the region of a new replica': () => {
    const world = World.of([table([HOME]), { ...table([OTHER], {}, 'nobody'), home: OTHER }]);
    world.take(deploy(table([HOME, OTHER])));
  },
  'the resource policy of a replica is not set in the operation': () =>
    run(table([HOME]), deploy(withStates(table([HOME, OTHER]), only(OTHER, policy)))),
  'a protected replica is not removed': () =>
    run(table([HOME, OTHER], { deletionProtection: true }), confirm(OTHER), deploy(table([HOME], { deletionProtection: true }))),
  'a replica that was the source of a new one is not removed for 24 hours': () =>
    run(
      table([HOME, OTHER]),
      deploy(table([HOME, OTHER, THIRD])),
      wait('settled', HOME, OTHER, THIRD),
      confirm(OTHER),
      deploy(table([HOME, THIRD])),
    ),
  'never changed': () => run(table([HOME]), deploy(table([HOME], { consistency: 'STRONG' }))),
  'a protected table is not deleted': () =>
    run(table([HOME], { deletionProtection: true }, { ...OWNER, deletionPolicy: 'Delete' }), confirm(HOME), deploy()),
  'a table takes no deletion while it, an index or a replica is being made': () => {
    const owner = { ...OWNER, deletionPolicy: 'Delete' };
    run(table([HOME], {}, owner), deploy(table([HOME], { indexes: [index('mail')] }, owner)), confirm(HOME), deploy());
  },
  'nothing is being made or changed while a table is imported': () => {
    const call = { name: 'billing-on-demand', tableName: 'clients', region: HOME, command: '' } as const;
    run(table([HOME], {}, 'nobody'), { ...TEXT, kind: 'api', calls: [call] }, deploy(), imported(table([HOME])));
  },
  'items are lost that no step before named': () => run(table([HOME], {}, { ...OWNER, deletionPolicy: 'Delete' }), deploy()),
  'confirmed, but not lost by the next step': () => run(table([HOME]), confirm(HOME), deploy(table([HOME]))),
  'the table stands, in exactly the regions of the template': () =>
    run(table([HOME], { tags: { a: 'b' } }, 'nobody'), deploy(), imported(table([HOME]))),
  'an imported table has the policy to be retained': () =>
    run(table([HOME], {}, 'nobody'), deploy(), imported(table([HOME], {}, { ...OWNER, deletionPolicy: 'Delete' }))),
  'the table is in no other stack': () => {
    const elsewhere = { ...OWNER, stack: `000000000000/${HOME}/Former` };
    run(table([HOME], {}, elsewhere), deploy(), imported(table([HOME])));
  },
  'an import into a stack that stands changes nothing else': () => run(table([HOME], {}, 'nobody'), imported(table([HOME]))),
  'an import is verified before the next deployment': () =>
    run(table([HOME], {}, 'nobody'), deploy(), imported(table([HOME])), deploy(table([HOME]))),
};

describe('a stack that is removed by hand', () => {
  const remove = (more: Partial<TableState>, deletionPolicy: string): void =>
    run(table([HOME], more, { ...OWNER, deletionPolicy }), {
      ...TEXT,
      kind: 'server',
      instructions: [],
      removedStacks: [STACK],
    });

  test('fails where its table is neither retained nor protected', () => {
    expect(() => remove({}, 'Delete')).toThrow('items are lost that no step before named: clients@eu-central-1');
  });

  test.each([
    ['retained', {}, 'Retain'],
    ['protected', { deletionProtection: true }, 'Delete'],
  ])('leaves a table that is %s', (_, more, policy) => {
    expect(() => remove(more, policy)).not.toThrow();
  });
});

test.each(Object.entries(REFUSED))('fails where %s', (says, operation) => {
  expect(operation).toThrow(says);
});

test('every rule is shown', () => {
  const rules = [TEMPLATE_RULES, CREATION_RULES, UPDATE_RULES, DELETION_RULES, CALL_RULES, IMPORT_RULES].flat();
  const shown = Object.keys(REFUSED);
  expect(rules.map(({ says }) => says).filter((says) => !shown.some((part) => says.includes(part)))).toEqual([]);
});

const ALLOWED: Readonly<Record<string, () => void>> = {
  'a table with three replicas and twenty indexes at once': () =>
    run(undefined, deploy(table([HOME, OTHER, THIRD], { indexes: Array.from({ length: 20 }, (_, i) => index(`index-${i}`)) }))),
  'one index, and after it is filled another': () =>
    run(
      table([HOME]),
      deploy(table([HOME], { indexes: [index('mail')] })),
      wait('settled', HOME),
      deploy(table([HOME], { indexes: [index('mail'), index('phone')] })),
    ),
  'a replica alone': () => run(table([HOME]), deploy(table([HOME, OTHER]))),
  'a replica that is removed after its loss is confirmed': () => run(table([HOME, OTHER]), confirm(OTHER), deploy(table([HOME]))),
  'settings of all kinds together': () =>
    run(
      table([HOME]),
      deploy(table([HOME], { tags: { a: 'b' }, deletionProtection: true, tableClass: 'STANDARD_INFREQUENT_ACCESS' })),
    ),
  'a retained table that leaves its stack, and another stack that imports it': () =>
    run(
      table([HOME], {}, { ...OWNER, logicalId: 'Former' }),
      deploy(),
      imported(table([HOME])),
      wait('verified', HOME),
      deploy(table([HOME])),
    ),
};

test.each(Object.entries(ALLOWED))('allows %s', (_, operation) => {
  expect(operation).not.toThrow();
});
