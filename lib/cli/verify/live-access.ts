import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LiveReader } from '../../state';
import { endpointAt, type Endpoint } from '../aws/endpoint';
import type { NeighbourServices } from '../aws/neighbour-services';
import { loadDynamoSdk, type DynamoSdk } from '../aws/sdk';
import { timeouts } from '../aws/timeouts';
import { addPatience } from './patience';
import { excuseOf } from './read-error';
import type { LiveSource } from './source';

const REQUEST_TIMEOUT_MS = 30_000;

/** The live tables of all regions, through the credential chain of AWS or at an endpoint. */
export class LiveAccess implements LiveSource {
  private readonly clients = new Map<string, DynamoDBClient>();

  private constructor(
    public readonly sdk: DynamoSdk,
    /** Undefined for AWS itself. */
    private readonly endpoint: Endpoint | undefined,
  ) {}

  /** @throws IdentityTablesError when the address is none, or the SDK is not installed */
  public static async open(address: string | undefined, env: NodeJS.ProcessEnv): Promise<LiveAccess> {
    // The SDK would send DynamoDB's calls there; the services beside it are asked at the same place.
    const url = address ?? env.AWS_ENDPOINT_URL;
    const endpoint = url === undefined ? undefined : endpointAt(url, env);
    return new LiveAccess(await loadDynamoSdk(), endpoint);
  }

  public get isAws(): boolean {
    return this.endpoint === undefined;
  }

  public get place(): string {
    return this.endpoint?.url ?? 'AWS';
  }

  public get credentialSource(): string {
    return this.endpoint?.credentialSource ?? 'the AWS credential chain';
  }

  public reader(region: string): LiveReader {
    return { sdk: this.sdk, client: this.client(region), region, excuse: excuseOf };
  }

  /** The services beside DynamoDB, with the credentials of its client. */
  public neighbours(region: string): NeighbourServices {
    const { config } = this.client(region);
    return { region, keys: () => config.credentials(), endpoint: this.endpoint?.url };
  }

  public close(): void {
    this.clients.forEach((client) => client.destroy());
  }

  private client(region: string): DynamoDBClient {
    let client = this.clients.get(region);
    if (client === undefined) {
      client = new this.sdk.DynamoDBClient({
        region,
        ...(this.endpoint && { endpoint: this.endpoint.url, credentials: this.endpoint.credentials }),
        requestHandler: timeouts(REQUEST_TIMEOUT_MS),
      });
      addPatience(client, this.isAws);
      this.clients.set(region, client);
    }
    return client;
  }
}
