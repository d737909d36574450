import type { DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { fail } from '../../errors';
import type { DynamoSdk } from './sdk';
import { timeouts } from './timeouts';

/** Keys for servers that do not check them. Letters only: some servers refuse other characters. */
export const MADE_UP_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const REQUEST_TIMEOUT_MS = 60_000;

/** A DynamoDB server, and the credentials for it. */
export interface Endpoint {
  readonly url: string;
  /** Undefined for the standard credential chain of AWS. */
  readonly credentials?: NonNullable<DynamoDBClientConfig['credentials']>;
  /** Where the credentials come from, for the user. */
  readonly credentialSource: string;
}

/**
 * The endpoint at an address. A server of this machine, or one without encryption, is never sent keys of a configured
 * profile: it gets those of the environment when they are set, else made-up ones.
 * @throws IdentityTablesError when the address is not one
 */
export function endpointAt(address: string, env: NodeJS.ProcessEnv): Endpoint {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    return fail('IDT0703', {
      what: "option '--endpoint' is not the address of a server",
      given: `'${address}'`,
      allowed: 'an address that starts with http:// or https://',
      fix: 'write it like http://127.0.0.1:8000',
    });
  }
  if (url.protocol === 'https:' && !LOOPBACK.test(url.hostname)) {
    return { url: address, credentialSource: 'the AWS credential chain' };
  }
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env;
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    return {
      url: address,
      credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
      credentialSource: 'AWS_ACCESS_KEY_ID',
    };
  }
  return madeUpEndpoint(address);
}

export function madeUpEndpoint(url: string): Endpoint {
  return {
    url,
    credentials: MADE_UP_CREDENTIALS,
    credentialSource: `made up, access key id '${MADE_UP_CREDENTIALS.accessKeyId}'`,
  };
}

/** One client for each region, made when it is asked for. */
export class Clients {
  private readonly clients = new Map<string, DynamoDBClient>();

  public constructor(
    private readonly sdk: DynamoSdk,
    private readonly endpoint: Endpoint,
  ) {}

  public of(region: string): DynamoDBClient {
    let client = this.clients.get(region);
    if (client === undefined) {
      client = new this.sdk.DynamoDBClient({
        region,
        endpoint: this.endpoint.url,
        credentials: this.endpoint.credentials,
        requestHandler: timeouts(REQUEST_TIMEOUT_MS),
      });
      this.clients.set(region, client);
    }
    return client;
  }

  public close(): void {
    for (const client of this.clients.values()) {
      client.destroy();
    }
  }
}
