import { apiCall, deregisterCall } from '../../lib/cli/plan/api-calls';
import type { ApiCallName } from '../../lib/cli/plan/step';
import type { Table } from '../../lib/cli/plan/table';
import { API_WORDS } from '../../lib/cli/plan/words';
import { page } from './section';

/** The action behind a command of the AWS CLI, such as dynamodb:UpdateTable. */
function actionOf(name: ApiCallName): string {
  const place = {
    tableName: 'users',
    region: 'us-east-1',
    resourceId: 'table/users',
    dimension: 'dynamodb:table:ReadCapacityUnits',
  };
  const { command } =
    name === 'deregister-scaling' ? deregisterCall(place) : apiCall(name, { name: 'users' } as Table, 'us-east-1');
  const [, service, operation] = command.split(' ');
  return `${service}:${operation.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}`;
}

const ACTIONS = [...new Set((Object.keys(API_WORDS) as ApiCallName[]).map(actionOf))].sort();

test('docs/regions.md has the action of every call that a plan can have, and no other', () => {
  expect(ACTIONS).toEqual([
    'application-autoscaling:DeregisterScalableTarget',
    'dynamodb:CreateBackup',
    'dynamodb:DeleteTable',
    'dynamodb:UpdateTable',
  ]);
  const [, section] = page('regions.md').split('\n## Permissions\n');
  const [text] = section.split('\n## ');
  const rows = [...text.matchAll(/^\| `([a-z-]+)` +\| `([\w-]+:\w+)`/gm)].map(([, , action]) => action);
  expect(rows.sort()).toEqual(ACTIONS);
  const [, policy] = /```json\n([^]*?)```/.exec(text) ?? [];
  const { Statement } = JSON.parse(policy) as { Statement: { Action: string[]; Resource: string }[] };
  expect(Statement.flatMap(({ Action }) => Action).sort()).toEqual(ACTIONS.filter((action) => action.startsWith('dynamodb:')));
});

test.each(['upgrade.md', 'adopt.md'])('docs/%s has them too, and says where more of them is', (name) => {
  const text = page(name);
  ACTIONS.forEach((action) => expect(text).toContain(action.split(':')[1]));
  expect(text).toContain('(regions.md#permissions)');
});
