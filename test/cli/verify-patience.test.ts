import { DescribeTableCommand, ListTagsOfResourceCommand } from '@aws-sdk/client-dynamodb';
import { addPatience } from '../../lib/cli/verify/patience';
import { clientOf } from './support';
import { refusal, StubDynamo } from './verify-stub';

const EU = 'eu-central-1';
const ResourceArn = `arn:aws:dynamodb:${EU}:111122223333:table/users`;

let stub: StubDynamo;
beforeEach(async () => {
  stub = await StubDynamo.start();
  stub.set(EU, 'users');
});
afterEach(() => stub.stop());

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

test('lists tags ten times a second on AWS, and as quickly as it can elsewhere', async () => {
  const calls = async (isAws: boolean): Promise<number> => {
    const client = clientOf(stub.endpoint, EU);
    addPatience(client, isAws);
    const elapsed = await timed(() =>
      Promise.all(Array.from({ length: 12 }, () => client.send(new ListTagsOfResourceCommand({ ResourceArn })))),
    );
    client.destroy();
    return elapsed;
  };
  expect(await calls(true)).toBeGreaterThanOrEqual(1_090);
  expect(await calls(false)).toBeLessThan(1_000);
});

test('calls without such a limit are not slowed down', async () => {
  const client = clientOf(stub.endpoint, EU);
  addPatience(client, true);
  const elapsed = await timed(() =>
    Promise.all(Array.from({ length: 12 }, () => client.send(new DescribeTableCommand({ TableName: 'users' })))),
  );
  expect(elapsed).toBeLessThan(1_000);
  client.destroy();
});

test('a call that is throttled for longer than the SDK waits', async () => {
  // The SDK alone makes three attempts.
  stub.before = () => (stub.calls.length <= 4 ? refusal('ThrottlingException', 'Rate exceeded') : undefined);
  const client = clientOf(stub.endpoint, EU);
  addPatience(client, false);
  expect((await client.send(new DescribeTableCommand({ TableName: 'users' }))).Table?.TableName).toBe('users');
  expect(stub.calls).toHaveLength(5);
  client.destroy();
}, 20_000);

test('fails at once with another error', async () => {
  stub.before = () => refusal('AccessDeniedException');
  const client = clientOf(stub.endpoint, EU);
  addPatience(client, false);
  await expect(client.send(new DescribeTableCommand({ TableName: 'users' }))).rejects.toThrow('said the stub');
  expect(stub.calls).toHaveLength(1);
  client.destroy();
});
