import { apiCall, deregisterCall } from '../../lib/cli/plan/api-calls';
import { settingCalls } from '../../lib/cli/plan/setting-calls';
import { tablesOf, type Table } from '../../lib/cli/plan/table';
import type { TableState } from '../../lib/state';
import { bareTable } from '../state/bare-table';
import { page } from './section';

/** The action of each call on a table that a plan can have. */
const CALLS: { readonly [name in Parameters<typeof apiCall>[0]]: string } = {
  'billing-on-demand': 'dynamodb:UpdateTable',
  'protection-on': 'dynamodb:UpdateTable',
  'protection-off': 'dynamodb:UpdateTable',
  'create-backup': 'dynamodb:CreateBackup',
  'delete-table': 'dynamodb:DeleteTable',
};
const DEREGISTER = 'application-autoscaling:DeregisterScalableTarget';
const ACTIONS = [...new Set([...Object.values(CALLS), DEREGISTER])];

/** The action behind a command of the AWS CLI. */
function actionOf({ command }: { readonly command: string }): string {
  const [, service, operation] = command.split(' ');
  return `${service}:${operation.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}`;
}

/** What docs/regions.md says of permissions. */
const permissions = (): string => page('regions.md').split('\n## Permissions\n')[1].split('\n## ')[0];

test('the calls of a plan are of these actions', () => {
  for (const [name, action] of Object.entries(CALLS)) {
    expect(actionOf(apiCall(name as keyof typeof CALLS, { name: 'users' } as Table, 'us-east-1'))).toBe(action);
  }
  const target = {
    tableName: 'users',
    region: 'us-east-1',
    resourceId: 'table/users',
    dimension: 'dynamodb:table:ReadCapacityUnits',
  };
  expect(actionOf(deregisterCall(target))).toBe(DEREGISTER);
});

test('docs/regions.md has each of them in its table, and a policy with those on tables', () => {
  const rows = [...permissions().matchAll(/^\| `[a-z-]+` +\| `([\w-]+:\w+)`/gm)].map(([, action]) => action);
  expect(rows).toEqual(expect.arrayContaining(ACTIONS));
  const [, policy] = /```json\n([^]*?)```/.exec(permissions()) ?? [];
  const { Statement } = JSON.parse(policy) as { Statement: { Action: string[] }[] };
  const allowed = Statement.flatMap(({ Action }) => Action);
  expect(allowed.sort()).toEqual(ACTIONS.filter((action) => action !== DEREGISTER).sort());
});

test.each(['upgrade.md', 'adopt.md'])('docs/%s has them too, and says where more of them is', (name) => {
  const text = page(name);
  ACTIONS.forEach((action) => expect(text).toContain(action.split(':')[1]));
  expect(text).toContain('(regions.md#permissions)');
});

describe('docs/drift.md', () => {
  const before = bareTable({ region: 'us-east-1', owner: { kind: 'nobody' }, tags: { team: '1' } });
  const after: TableState = {
    ...before,
    timeToLive: { enabled: true, attribute: 'expires' },
    pointInTimeRecovery: { enabled: true, days: 35 },
    deletionProtection: true,
    tableClass: 'STANDARD_INFREQUENT_ACCESS',
    tags: { team: '2' },
    contributorInsights: { enabled: true, indexes: [] },
    resourcePolicy: {},
  };
  const table = (state: TableState): Table => tablesOf([state], () => ({ type: 'AWS::DynamoDB::GlobalTable' }))[0];
  const actionsOf = (setting: keyof TableState): string[] =>
    [
      ...settingCalls(table(before), table(after), { region: 'us-east-1', setting }),
      ...settingCalls(table(after), table(before), { region: 'us-east-1', setting }),
    ].map(actionOf);

  test.each([
    ['deletion protection', 'deletionProtection'],
    ['table class', 'tableClass'],
    ['point-in-time recovery', 'pointInTimeRecovery'],
    ['TTL', 'timeToLive'],
    ['tags', 'tags'],
    ['contributor insights', 'contributorInsights'],
    ['resource policy', 'resourcePolicy'],
  ] as const)('has the actions of the calls that set back %s', (name, setting) => {
    const [, row] = new RegExp(`^\\| ${name} +\\| (.*) \\|$`, 'm').exec(page('drift.md')) ?? [];
    const actions = [...row.matchAll(/`([\w-]+:\w+)`/g)].map(([, action]) => action);
    expect(actions.sort()).toEqual([...new Set(actionsOf(setting))].sort());
  });
});
