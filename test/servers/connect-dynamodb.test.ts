import { IdentityServer } from '../../lib/servers';
import { failures, keyOf, problemsOf, tableOf } from './directories';

test('the table has the names that the package uses by default', () => {
  const server = IdentityServer.connectDynamoDb();
  expect(server.serverName).toBe('connect-dynamodb');
  expect(server.version).toBeUndefined();
  expect(server.tableNames).toEqual(['sessions']);
  const { schema, profile, evidence } = tableOf(server, 'sessions');
  expect([schema.tableName, keyOf(schema), schema.globalIndexes, schema.localIndexes]).toEqual(['sessions', 'id S', [], []]);
  expect(profile).toMatchObject({
    preset: 'full',
    dataClass: 'recoverable',
    pointInTimeRecovery: false,
    timeToLiveAttribute: 'expires',
    restore: 'no',
  });
  expect(evidence).toBe('documented');
  expect(server._definition).toMatchObject({ defaultPreset: 'full', notices: [] });
});

test('the options of the store give table and key other names; profile and construct id stay', () => {
  const server = IdentityServer.connectDynamoDb({ tableName: 'web-sessions', hashKey: 'sid' });
  expect(server.tableNames).toEqual(['web-sessions']);
  const table = tableOf(server, 'web-sessions');
  expect([table.schema.tableName, keyOf(table.schema)]).toEqual(['web-sessions', 'sid S']);
  expect(table.profile.timeToLiveAttribute).toBe('expires');
  expect(table.constructId).toBe('Sessions');
});

test('options as chosen, with their defaults', () => {
  expect(IdentityServer.connectDynamoDb()._definition.options).toEqual({ hashKey: 'id', initialized: true, reap: false });
  const chosen = { hashKey: 'sid', initialized: false, reap: true };
  expect(IdentityServer.connectDynamoDb(chosen)._definition.options).toEqual(chosen);
});

test('fails for names that DynamoDB does not allow, all in one throw', () => {
  const call = () => IdentityServer.connectDynamoDb({ tableName: 'my sessions', hashKey: '' });
  expect(failures(call)).toEqual([
    'IDT0412 connectDynamoDb: TableName is not a name that DynamoDB allows',
    'IDT0412 connectDynamoDb: KeySchema has an attribute name of a length that DynamoDB does not allow',
  ]);
  expect(problemsOf(call)[0].given).toBe("'my sessions' (11 characters, not allowed: ' ')");
});
