import { EU, PlanSetup } from './plan-setup';
import { globalTable } from './verify-assembly';

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
});
afterEach(() => setup.stop());

const indexed = (...names: string[]): Record<string, unknown> => ({
  AttributeDefinitions: ['id', ...names].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  GlobalSecondaryIndexes: names.map((name) => ({
    IndexName: name,
    KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
    Projection: { ProjectionType: 'ALL' },
  })),
});

test('the way back of a deployment is the one before it of the same stack, or what was deployed before the plan', async () => {
  const from = setup.app('old', { name: 'Identity', region: EU, tables: { Users: globalTable('users', [EU]) } });
  const tables = { Users: globalTable('users', [EU], indexed('mail', 'phone')) };
  const to = setup.app('new', { name: 'Identity', region: EU, tables });
  await setup.between(from, to);
  expect(setup.steps.map(({ kind, back }) => [kind, back])).toEqual([
    ['deploy', 'deploy the app as it was before this plan'],
    ['wait', 'nothing to take back'],
    ['deploy', 'deploy step 01 again'],
  ]);
});
