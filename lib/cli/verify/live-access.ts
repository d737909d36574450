import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LiveReader } from '../../state';
import { endpointAt, type Endpoint } from '../aws/endpoint';
import type { NeighbourServices } from '../aws/neighbour-services';
import { Patience } from '../aws/patience';
import { loadDynamoSdk, type DynamoSdk } from '../aws/sdk';
import { timeouts, WAITS } from '../aws/timeouts';
import type { Terminal } from '../command';
import { addPatience, WITHOUT_RETRIES } from './patience';
import { excuseOf } from './read-error';
import type { LiveSource } from './source';

/** The live tables of all regions, through the credential chain of AWS or at an endpoint. */
export class LiveAccess implements LiveSource {
  private readonly clients = new Map<string, DynamoDBClient>();
  private readonly patiences = new Map<string, Patience>();

  private constructor(
    public readonly sdk: DynamoSdk,
    /** Undefined for AWS itself. */
    private readonly endpoint: Endpoint | undefined,
    private readonly tell: (text: string) => void,
  ) {}

  /**
   * What is waited for is told to `warn`, once for each reason and region.
   * @throws IdentityTablesError when the address is none, or the SDK is not installed
   */
  public static async open(address: string | undefined, { env, warn }: Pick<Terminal, 'env' | 'warn'>): Promise<LiveAccess> {
    // The SDK would send DynamoDB's calls there; the services beside it are asked at the same place.
    const url = address ?? env.AWS_ENDPOINT_URL;
    const endpoint = url === undefined ? undefined : endpointAt(url, env);
    return new LiveAccess(await loadDynamoSdk(), endpoint, warn);
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
    return { region, keys: () => config.credentials(), endpoint: this.endpoint?.url, patience: this.patience(region) };
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
        requestHandler: timeouts(WAITS.answer),
        ...WITHOUT_RETRIES,
      });
      addPatience(client, this.isAws, this.patience(region));
      this.clients.set(region, client);
    }
    return client;
  }

  private patience(region: string): Patience {
    let patience = this.patiences.get(region);
    if (patience === undefined) {
      patience = new Patience(region, this.tell);
      this.patiences.set(region, patience);
    }
    return patience;
  }
}
