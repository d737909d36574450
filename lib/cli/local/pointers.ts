import { serverSettings } from '../../settings';
import { MADE_UP_CREDENTIALS } from '../aws/endpoint';
import type { KnownServer } from './known-server';

export interface PointersInput {
  readonly endpoint: string;
  /** Regions of the tables; the first is the one that is shown. */
  readonly regions: readonly string[];
  readonly server?: KnownServer;
}

/** How the AWS CLI, a program and the server get at the endpoint. */
export interface Pointer {
  readonly who: string;
  readonly how: string;
}

export function pointers({ endpoint, regions, server }: PointersInput): Pointer[] {
  const [region] = regions;
  const { accessKeyId, secretAccessKey } = MADE_UP_CREDENTIALS;
  const keys = `AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`;
  return [
    { who: 'AWS CLI', how: `${keys} aws dynamodb list-tables --endpoint-url ${endpoint} --region ${region}` },
    { who: 'AWS SDKs', how: `${keys} AWS_REGION=${region} AWS_ENDPOINT_URL_DYNAMODB=${endpoint}` },
    ...(server === undefined ? [] : serverPointers(server, endpoint, region)),
  ];
}

/** The settings that lead to the endpoint, and the command that prints all of them. */
function serverPointers(server: KnownServer, endpoint: string, region: string): Pointer[] {
  const { definition, tablePrefix } = server;
  const { values } = serverSettings({
    server: definition,
    tablePrefix,
    region,
    // Any value does for the tables of one deployment on one machine.
    options: { localEndpoint: endpoint, ...(definition.options.applyRangeKey === true && { rangeKeyValue: 'local' }) },
  });
  const leading = values.filter(({ value }) => value === endpoint || value === region);
  const prefix = tablePrefix === '' ? [] : ['--prefix', tablePrefix];
  const command = ['identity-tables settings', ...server.arguments, ...prefix, '--region', region, '--local'];
  return [
    ...(leading.length === 0
      ? []
      : [{ who: definition.title, how: leading.map(({ name, value }) => `${name}=${value}`).join('  ') }]),
    { who: 'all its settings', how: `npx ${command.join(' ')} --endpoint ${endpoint}` },
  ];
}
