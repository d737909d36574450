import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { timeouts } from '../../lib/cli/aws/timeouts';
import { reachOf } from '../../lib/cli/verify/read-error';

let server: Server;
beforeEach(async () => {
  server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test('a server that takes a request and never answers is one that does not answer', async () => {
  const client = new DynamoDBClient({
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
    requestHandler: timeouts(200),
  });
  const error: unknown = await client.send(new DescribeTableCommand({ TableName: 'users' })).catch((reason: unknown) => reason);
  client.destroy();
  expect(reachOf(error)).toBe('unreachable');
}, 2_000);
