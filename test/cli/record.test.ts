import { inspect } from 'node:util';
import { Refusal, type Answer, type DynamoRequest } from '../../lib/cli/engine/answer';
import { Recorder, type DoneRequest, type RecordedUse } from '../../lib/cli/record';

const SECRET = 'hunter2-correct-horse';

interface Sent {
  readonly operation: string;
  readonly input: object | string;
  readonly region?: string;
  /** The name of the error that is answered. */
  readonly error?: string;
  /** Whether a step refuses it, so that there is no answer to look at. */
  readonly isRefused?: boolean;
}

async function send(recorder: Recorder, { operation, input, region = 'eu-central-1', error, isRefused }: Sent): Promise<Answer> {
  const request: DynamoRequest = {
    region,
    operation,
    path: '/',
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${SECRET}/20260101/${region}/dynamodb/aws4_request` },
    body: Buffer.from(typeof input === 'string' ? input : JSON.stringify(input)),
  };
  const answered = recorder.step(request, () => {
    if (error !== undefined && isRefused === true) {
      throw new Refusal(error, 'said the step');
    }
    return Promise.resolve(
      error === undefined ? { status: 200, headers: {}, body: Buffer.from('{}') } : new Refusal(error, '').answer,
    );
  });
  return answered.catch((refusal: Refusal) => refusal.answer);
}

async function recorded(...requests: Sent[]): Promise<RecordedUse[]> {
  const recorder = new Recorder();
  for (const request of requests) {
    await send(recorder, request);
  }
  return recorder.uses;
}

/** The part of a use that a policy speaks of, and how often it was conditional, transactional, consistent and denied. */
async function briefly(...requests: Sent[]): Promise<string[]> {
  return (await recorded(...requests)).map((use) => {
    const place = [use.table ?? '-', use.index].filter((part) => part !== undefined).join('/');
    return `${use.action} ${place} ${use.count}: ${use.conditional} ${use.transactional} ${use.consistent} ${use.denied}`;
  });
}

/** All that the recorder holds. */
function held(recorder: Recorder): string {
  return inspect(recorder, { depth: 10, maxArrayLength: null, showHidden: true });
}

const VALUE = { id: { S: SECRET } };

describe('the uses of a request', () => {
  const cases: readonly [string, Sent, string[]][] = [
    ['an item by key', { operation: 'GetItem', input: { TableName: 'users', Key: VALUE } }, ['GetItem users 1: 0 0 0 0']],
    [
      'a consistent read',
      { operation: 'GetItem', input: { TableName: 'users', Key: VALUE, ConsistentRead: true } },
      ['GetItem users 1: 0 0 1 0'],
    ],
    [
      'a condition',
      { operation: 'PutItem', input: { TableName: 'users', Item: VALUE, ConditionExpression: 'attribute_not_exists(id)' } },
      ['PutItem users 1: 1 0 0 0'],
    ],
    [
      'a condition of the old kind',
      { operation: 'DeleteItem', input: { TableName: 'users', Key: VALUE, Expected: { id: { Exists: true } } } },
      ['DeleteItem users 1: 1 0 0 0'],
    ],
    [
      'a query of an index',
      { operation: 'Query', input: { TableName: 'users', IndexName: 'by-mail', KeyConditionExpression: 'mail = :m' } },
      ['Query users/by-mail 1: 0 0 0 0'],
    ],
    [
      'a scan of an index',
      { operation: 'Scan', input: { TableName: 'users', IndexName: 'by-mail' } },
      ['Scan users/by-mail 1: 0 0 0 0'],
    ],
    ['a query of the table', { operation: 'Query', input: { TableName: 'users' } }, ['Query users 1: 0 0 0 0']],
    [
      'a batch of reads',
      {
        operation: 'BatchGetItem',
        input: { RequestItems: { users: { Keys: [VALUE, VALUE], ConsistentRead: true }, codes: { Keys: [VALUE] } } },
      },
      ['BatchGetItem codes 1: 0 0 0 0', 'BatchGetItem users 1: 0 0 1 0'],
    ],
    [
      'a batch of writes',
      {
        operation: 'BatchWriteItem',
        input: { RequestItems: { users: [{ PutRequest: { Item: VALUE } }, { DeleteRequest: { Key: VALUE } }] } },
      },
      ['BatchWriteItem users 1: 0 0 0 0'],
    ],
    [
      'a transaction of writes',
      {
        operation: 'TransactWriteItems',
        input: {
          TransactItems: [
            { Put: { TableName: 'users', Item: VALUE, ConditionExpression: 'attribute_not_exists(id)' } },
            { Update: { TableName: 'users', Key: VALUE } },
            { Delete: { TableName: 'codes', Key: VALUE } },
            { ConditionCheck: { TableName: 'codes', Key: VALUE, ConditionExpression: 'attribute_exists(id)' } },
          ],
        },
      },
      [
        'ConditionCheckItem codes 1: 1 1 0 0',
        'DeleteItem codes 1: 0 1 0 0',
        'PutItem users 1: 1 1 0 0',
        'UpdateItem users 1: 0 1 0 0',
      ],
    ],
    [
      'a transaction of reads',
      { operation: 'TransactGetItems', input: { TransactItems: [{ Get: { TableName: 'users', Key: VALUE } }] } },
      ['GetItem users 1: 0 1 0 0'],
    ],
    [
      'PartiQL that selects from an index',
      { operation: 'ExecuteStatement', input: { Statement: `SELECT * FROM "users"."by-mail" WHERE mail = 'a FROM b'` } },
      ['PartiQLSelect users/by-mail 1: 0 0 0 0'],
    ],
    [
      'PartiQL with words of its own in a text',
      { operation: 'ExecuteStatement', input: { Statement: `SELECT doc['it''s FROM secrets'] FROM "users"` } },
      ['PartiQLSelect users 1: 0 0 0 0'],
    ],
    [
      'PartiQL in a batch',
      {
        operation: 'BatchExecuteStatement',
        input: {
          Statements: [
            { Statement: `insert into users value {'id': '${SECRET}'}` },
            { Statement: 'UPDATE "users" SET a=1 WHERE id=?' },
          ],
        },
      },
      ['PartiQLInsert users 1: 0 0 0 0', 'PartiQLUpdate users 1: 0 0 0 0'],
    ],
    [
      'PartiQL in a transaction',
      {
        operation: 'ExecuteTransaction',
        input: {
          TransactStatements: [
            { Statement: `DELETE FROM "codes" WHERE id='${SECRET}'` },
            { Statement: `EXISTS(SELECT * FROM "users" WHERE id='x')` },
          ],
        },
      },
      ['PartiQLDelete codes 1: 0 1 0 0', 'PartiQLSelect users 1: 1 1 0 0'],
    ],
    [
      'a table by ARN',
      { operation: 'TagResource', input: { ResourceArn: 'arn:aws:dynamodb:eu-central-1:000000000000:table/users' } },
      ['TagResource users 1: 0 0 0 0'],
    ],
    [
      'a stream by ARN',
      {
        operation: 'GetShardIterator',
        input: { StreamArn: 'arn:aws:dynamodb:eu-central-1:000000000000:table/users/stream/2026-01-01T00:00:00.000' },
      },
      ['GetShardIterator users 1: 0 0 0 0'],
    ],
    ['a call about no table', { operation: 'ListTables', input: {} }, ['ListTables - 1: 0 0 0 0']],
  ];

  test.each(cases)('%s', async (_, request, expected) => {
    expect(await briefly(request)).toEqual(expected);
  });

  test('the condition in an index of another call is no index', async () => {
    expect(
      await briefly({ operation: 'DescribeContributorInsights', input: { TableName: 'users', IndexName: 'by-mail' } }),
    ).toEqual(['DescribeContributorInsights users 1: 0 0 0 0']);
  });
});

describe('the recorder', () => {
  test('counts each action of a table once, apart by region', async () => {
    const put = { operation: 'PutItem', input: { TableName: 'users', Item: VALUE } };
    expect(await recorded(put, put, { ...put, region: 'us-east-1' })).toEqual([
      {
        region: 'eu-central-1',
        action: 'PutItem',
        table: 'users',
        count: 2,
        conditional: 0,
        transactional: 0,
        consistent: 0,
        denied: 0,
      },
      {
        region: 'us-east-1',
        action: 'PutItem',
        table: 'users',
        count: 1,
        conditional: 0,
        transactional: 0,
        consistent: 0,
        denied: 0,
      },
    ]);
  });

  test('an action that fails needs its permission all the same', async () => {
    const errors = [
      'ConditionalCheckFailedException',
      'ResourceNotFoundException',
      'ResourceInUseException',
      'ValidationException',
    ];
    const uses = await briefly(...errors.map((error) => ({ operation: 'PutItem', input: { TableName: 'users' }, error })));
    expect(uses).toEqual(['PutItem users 4: 0 0 0 0']);
  });

  test('a denied action is told apart, whoever denies it', async () => {
    const call = { operation: 'CreateTable', input: { TableName: 'users' }, error: 'AccessDeniedException' };
    expect(await briefly(call, { ...call, isRefused: true })).toEqual(['CreateTable users 2: 0 0 0 2']);
  });

  test.each(['SerializationException', 'UnknownOperationException'])('a request answered by %s does nothing', async (error) => {
    expect(await briefly({ operation: 'PutItem', input: { TableName: 'users' }, error })).toEqual([]);
  });

  test.each([
    ['no JSON', `{"TableName":"${SECRET}`],
    ['no object', '[1]'],
    ['a table that is no text', { TableName: { S: SECRET } }],
    ['a name with characters that no name has', { TableName: `users ${SECRET}` }],
    ['a name that is too long', { TableName: 'u'.repeat(256) }],
  ])('passes a request with %s on and keeps nothing of it', async (_, input) => {
    const recorder = new Recorder();
    const answer = await send(recorder, { operation: 'PutItem', input });
    expect(answer.status).toBe(200);
    expect(recorder.uses).toEqual([]);
    expect(recorder.requests).toBe(1);
  });

  test('a batch with a shape of its own does not end it', async () => {
    expect(await briefly({ operation: 'TransactWriteItems', input: { TransactItems: [null, 7, { Put: 'x' }] } })).toEqual([]);
  });

  test('hands on what was done, not what was refused', async () => {
    const done: DoneRequest[] = [];
    const recorder = new Recorder((request) => done.push(request));
    await send(recorder, { operation: 'UpdateTimeToLive', input: { TableName: 'users' }, error: 'ResourceInUseException' });
    await send(recorder, { operation: 'UpdateTimeToLive', input: { TableName: 'users' } });
    expect(done).toEqual([{ region: 'eu-central-1', operation: 'UpdateTimeToLive', input: { TableName: 'users' } }]);
  });

  test('keeps no more than it can hold: 10,000 different uses', async () => {
    const recorder = new Recorder();
    for (let i = 0; i < 10_050; i++) {
      await send(recorder, { operation: 'GetItem', input: { TableName: `table-${i}` } });
    }
    expect(recorder.isFull).toBe(true);
    expect(recorder.uses).toHaveLength(10_000);
    expect(recorder.requests).toBe(10_050);
  });

  test('keeps no value, header or credential, and does not grow with the number of requests', async () => {
    const recorder = new Recorder();
    const put = {
      operation: 'PutItem',
      input: { TableName: 'users', Item: { id: { S: SECRET }, sess: { S: 'x'.repeat(2_000) } } },
    };
    await send(recorder, put);
    const once = held(recorder).length;
    for (let i = 0; i < 10_000; i++) {
      await send(recorder, put);
    }
    expect(held(recorder)).not.toContain(SECRET);
    // The numbers have more digits.
    expect(held(recorder).length - once).toBeLessThan(20);
    expect(recorder.uses).toHaveLength(1);
    expect(recorder.uses[0].count).toBe(10_001);
  });
});
