import { App, Stack } from 'aws-cdk-lib/core';
import { IdentityServer, IdentityTables } from '../../lib';

test('an override that switches time to live off reaches the settings of the server', () => {
  const purge = (timeToLiveAttribute?: string) => {
    const stack = new Stack(new App(), 'Stack', { env: { region: 'eu-central-1' } });
    const tables = new IdentityTables(stack, 'IdentityTables', {
      server: IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true, sessionTimeToLive: true }),
      tableOverrides: timeToLiveAttribute === undefined ? {} : { sub_sessions: { timeToLiveAttribute } },
    });
    const { values } = tables.serverSettings('eu-central-1');
    return values.find(({ name }) => name === 'dynamodb.enableTTL.sessionStore.sessionMap')?.value;
  };
  expect(purge()).toBe('true');
  expect(purge('')).toBe('false');
});
