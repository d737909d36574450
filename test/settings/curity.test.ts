import { execFileSync } from 'node:child_process';
import { Duration } from 'aws-cdk-lib/core';
import { IdentityServer, type CurityProps } from '../../lib/servers';
import { serverSettings, type ServerSettings, type ServerSettingsOptions } from '../../lib/settings';

function settingsOf(
  options: ServerSettingsOptions = {},
  props: Partial<CurityProps> = {},
  tablePrefix = 'prod-',
): ServerSettings {
  const server = IdentityServer.curity({ version: '11.0', ...props })._definition;
  return serverSettings({ server, tablePrefix, region: 'eu-west-1', options });
}

const SET = 'set facilities data-sources data-source identity-tables dynamodb';

/** The commands without the part that all have in common. */
function leaves(settings: ServerSettings): string[] {
  return settings
    .render('cli')
    .split('\n')
    .filter((line) => line.startsWith('set '))
    .map((line) => line.replace(`${SET} `, ''));
}

const DEFAULTS = [
  'aws-region eu-west-1',
  'dynamodb-access-method default-credentials-provider reuse-last-provider true',
  'table-name-prefix prod-',
  'allow-table-scans false',
  'sessions-ttl-retain-duration 86400',
  'nonces-ttl-retain-duration 86400',
  'delegations-ttl-retain-duration 31536000',
  'tokens-ttl-retain-duration 172800',
  'devices-ttl-retain-duration 2592000',
];

test('cli: a script for idsh that commits', () => {
  expect(settingsOf().render('cli')).toBe(
    [
      "# Curity Identity Server 11.0: 11 tables with prefix 'prod-' in eu-west-1",
      `"\${IDSVR_HOME:-/opt/idsvr}/bin/idsh" <<'COMMANDS'`,
      'configure',
      ...DEFAULTS.map((leaf) => `${SET} ${leaf}`),
      'commit',
      'exit no-confirm',
      'exit',
      'COMMANDS',
      '',
    ].join('\n'),
  );
});

test('cli: a shell hands the commands over as they are', () => {
  const script = settingsOf()
    .render('cli')
    .replace(/^".*idsh"/m, 'cat');
  expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(
    ['configure', ...DEFAULTS.map((leaf) => `${SET} ${leaf}`), 'commit', 'exit no-confirm', 'exit', ''].join('\n'),
  );
});

test('xml: the data source with a reason for every leaf', () => {
  const settings = settingsOf(
    { webIdentity: true, dataSourceId: 'dynamo' },
    { tables: ['curity-sessions'], allowTableScans: true },
    '',
  );
  expect(settings.render('xml')).toBe(
    [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<!-- Curity Identity Server 11.0: 1 table without prefix in eu-west-1 -->',
      '<!-- in the environment of the server: AWS_REGION=eu-west-1: credentials come from STS in this region, so another region may be lost without harm -->',
      '<!-- left out: table-name-prefix: the table names have no prefix -->',
      '<config xmlns="http://tail-f.com/ns/config/1.0">',
      '  <facilities xmlns="https://curity.se/ns/conf/base">',
      '    <data-sources>',
      '      <data-source>',
      '        <id>dynamo</id>',
      '        <dynamodb xmlns="https://curity.se/ns/ext-conf/dynamodb">',
      '          <!-- the tables of this region; calls are signed for it -->',
      '          <aws-region>eu-west-1</aws-region>',
      '          <dynamodb-access-method>',
      '            <default-credentials-provider>',
      '              <!-- the AWS SDK finds and renews the credentials of instance, container or web identity; an aws-role-arn would be taken once and end after an hour -->',
      '              <reuse-last-provider>true</reuse-last-provider>',
      '            </default-credentials-provider>',
      '          </dynamodb-access-method>',
      '          <!-- allowTableScans of IdentityServer.curity, which decides whether the role of the server may scan -->',
      '          <allow-table-scans>true</allow-table-scans>',
      '          <!-- seconds after expiry at which DynamoDB may delete an item of curity-sessions, and with it what it says to an audit -->',
      '          <sessions-ttl-retain-duration>86400</sessions-ttl-retain-duration>',
      '        </dynamodb>',
      '      </data-source>',
      '    </data-sources>',
      '  </facilities>',
      '</config>',
      '',
    ].join('\n'),
  );
});

test('xml: a prefix cannot end a comment', () => {
  const text = settingsOf({}, {}, 'a--b-').render('xml');
  expect(text).toContain("with prefix 'a- -b-'");
  expect(text).toContain('<table-name-prefix>a--b-</table-name-prefix>');
  expect(text.match(/<!--(?:(?!-->)[\s\S])*--(?!>)/)).toBeNull();
});

test('retain durations and timeouts in seconds', () => {
  const options = {
    retainDurations: { 'curity-delegations': Duration.days(30), 'curity-nonces': Duration.seconds(0) },
    callTimeout: Duration.seconds(10),
    attemptTimeout: Duration.seconds(2),
  };
  expect(leaves(settingsOf(options))).toEqual([
    ...DEFAULTS.slice(0, 5),
    'nonces-ttl-retain-duration 0',
    'delegations-ttl-retain-duration 2592000',
    ...DEFAULTS.slice(7),
    'api-call-timeout 10',
    'api-call-attempt-timeout 2',
  ]);
});

test('a laptop: endpoint and made-up credentials', () => {
  const settings = settingsOf({ localEndpoint: 'http://127.0.0.1:8000' });
  expect(leaves(settings)).toEqual([DEFAULTS[0], 'endpoint-override http://127.0.0.1:8000', ...DEFAULTS.slice(1)]);
  expect(settings.environmentVariables).toEqual({ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' });
});

test('the table of devices is told to have no effect where its time to live is off', () => {
  const server = IdentityServer.curity({ version: '11.0' })._definition;
  const tables = server.tables.map((table) => ({ ...table, profile: { ...table.profile, timeToLiveAttribute: undefined } }));
  const { values } = serverSettings({ server: { ...server, tables }, tablePrefix: '', region: 'eu-west-1' });
  expect(values.find(({ name }) => name === 'devices-ttl-retain-duration')?.why).toBe(
    'seconds after expiry; without effect, since time to live is off in curity-devices',
  );
});
