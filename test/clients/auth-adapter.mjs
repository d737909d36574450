// Plays an application with Auth.js: users, accounts, sessions and tokens through the adapter. With the argument `create` it makes the
// table first, as the adapter's documentation tells its user to. Ends with 1 when a step fails.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
import assert from 'node:assert';
import { DynamoDBAdapter } from '@auth/dynamodb-adapter';
import { CreateTableCommand, DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';

const TableName = 'next-auth';
const client = new DynamoDBClient({ maxAttempts: 1 });
const marshallOptions = { convertEmptyValues: true, removeUndefinedValues: true, convertClassInstanceToMap: true };
const adapter = DynamoDBAdapter(DynamoDBDocument.from(client, { marshallOptions }));

if (process.argv[2] === 'create') {
  const key = (hash, range) => [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ];
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'GSI1PK', 'GSI1SK'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: key('pk', 'sk'),
      GlobalSecondaryIndexes: [{ IndexName: 'GSI1', KeySchema: key('GSI1PK', 'GSI1SK'), Projection: { ProjectionType: 'ALL' } }],
    }),
  );
  await client.send(
    new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' } }),
  );
}

const expires = new Date(Date.now() + 60_000);
const { id } = await adapter.createUser({ email: 'a@example.com', emailVerified: null, name: 'A' });
assert.equal((await adapter.getUser(id)).name, 'A');
assert.equal((await adapter.getUserByEmail('a@example.com')).id, id);
await adapter.updateUser({ id, name: 'B' });
const account = { userId: id, type: 'oidc', provider: 'idp', providerAccountId: 'p-1' };
await adapter.linkAccount(account);
assert.equal((await adapter.getUserByAccount(account)).name, 'B');
await adapter.createSession({ sessionToken: 't-1', userId: id, expires });
assert.equal((await adapter.getSessionAndUser('t-1')).user.id, id);
await adapter.updateSession({ sessionToken: 't-1', expires });
await adapter.deleteSession('t-1');
const token = { identifier: 'a@example.com', token: 'v-1' };
await adapter.createVerificationToken({ ...token, expires });
assert.equal((await adapter.useVerificationToken(token)).identifier, 'a@example.com');
await adapter.unlinkAccount(account);
await adapter.deleteUser(id);
assert.equal(await adapter.getUser(id), null);
