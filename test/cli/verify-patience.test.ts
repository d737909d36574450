import { DescribeTableCommand, ListTagsOfResourceCommand } from '@aws-sdk/client-dynamodb';
import { Patience } from '../../lib/cli/aws/patience';
import { addPatience } from '../../lib/cli/verify/patience';
import { clientOf } from './support';
import { refusal, StubDynamo } from './verify-stub';

const EU = 'eu-central-1';
const ResourceArn = `arn:aws:dynamodb:${EU}:111122223333:table/users`;

const silent = (): Patience => new Patience(EU, () => undefined);

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
    addPatience(client, isAws, silent());
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
  addPatience(client, true, silent());
  const elapsed = await timed(() =>
    Promise.all(Array.from({ length: 12 }, () => client.send(new DescribeTableCommand({ TableName: 'users' })))),
  );
  expect(elapsed).toBeLessThan(1_000);
  client.destroy();
});

test('a call that is throttled several times', async () => {
  stub.before = () => (stub.calls.length <= 4 ? refusal('ThrottlingException', 'Rate exceeded') : undefined);
  const client = clientOf(stub.endpoint, EU);
  addPatience(client, false, silent());
  expect((await client.send(new DescribeTableCommand({ TableName: 'users' }))).Table?.TableName).toBe('users');
  expect(stub.calls).toHaveLength(5);
  client.destroy();
}, 20_000);

test('fails at once with another error', async () => {
  stub.before = () => refusal('AccessDeniedException');
  const client = clientOf(stub.endpoint, EU);
  addPatience(client, false, silent());
  await expect(client.send(new DescribeTableCommand({ TableName: 'users' }))).rejects.toThrow('said the stub');
  expect(stub.calls).toHaveLength(1);
  client.destroy();
});

describe('patience', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test('ends a minute after the last answer of the operation, and begins anew with each', async () => {
    const told: string[] = [];
    const patience = new Patience(EU, (text) => told.push(text));
    const call = patience.begin('DescribeTable');
    const pauseFor = async (milliseconds: number): Promise<boolean> => {
      const isTried = call.pause('throttled');
      await jest.advanceTimersByTimeAsync(milliseconds);
      return isTried;
    };
    const answer = (operation: string): void => {
      const other = patience.begin(operation);
      other.answered();
      other.end();
    };
    expect(await pauseFor(59_000)).toBe(true);
    answer('DescribeTable');
    expect(await pauseFor(59_000)).toBe(true);
    answer('DescribeTimeToLive');
    expect(await pauseFor(1_000)).toBe(true);
    expect(await pauseFor(0)).toBe(false);
    expect(told).toEqual([`${EU}: DescribeTable is throttled, waiting until a call goes through, at most 60 s`]);
    // What comes later is tried once.
    expect(await patience.begin('DescribeTable').pause('throttled')).toBe(false);
  });
});
