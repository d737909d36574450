import type { Duration } from 'aws-cdk-lib/core';

/** What the settings of a server depend on beside its tables. An option that does not belong to the server is an error. */
export interface ServerSettingsOptions {
  /**
   * Address of a DynamoDB-compatible endpoint, such as the one of `identity-tables local`.
   * @default - DynamoDB in the region
   */
  readonly localEndpoint?: string;
  /**
   * Whether the server gets its credentials by STS web identity (IAM roles for service accounts of Amazon EKS). Connect2id and
   * Curity only.
   * @default false
   */
  readonly webIdentity?: boolean;
  /**
   * Value of the sort key `tid`, not the same in any two deployments that share the tables. Connect2id with `applyRangeKey` only,
   * and needed there.
   * @default - none
   */
  readonly rangeKeyValue?: string;
  /**
   * Name or ARN under which a secret store keeps the key for `dynamodb.hmacSHA256Key`, the same key in every region; never the
   * key itself. Connect2id only.
   * @default - items get no HMAC
   */
  readonly hmacKeyReference?: string;
  /**
   * Name or ARN under which a secret store keeps the key for `keyStore.encJWK`, the same key in every region; never the key
   * itself. Connect2id from 17.0 on only.
   * @default - the server has static keys, or gets the key elsewhere
   */
  readonly encryptionKeyReference?: string;
  /**
   * Whether the tables hold, or will be given, items that were written without HMAC. Such items cannot be read with an HMAC key,
   * so both together are an error. Connect2id only.
   * @default false
   */
  readonly adoptsItemsWithoutHmac?: boolean;
  /**
   * Read capacity units per second that the purge of expired sessions may use. Connect2id in stateless mode from 14.9 on only,
   * without time to live on sessions.
   * @default 20
   */
  readonly purgeMaxReadCapacity?: number;
  /**
   * Host of an HTTP proxy before DynamoDB. Connect2id only.
   * @default - no proxy
   */
  readonly httpProxyHost?: string;
  /**
   * Port of the HTTP proxy. Connect2id only.
   * @default - none
   */
  readonly httpProxyPort?: number;
  /**
   * Id of the data source in the configuration of the server. Curity only.
   * @default 'identity-tables'
   */
  readonly dataSourceId?: string;
  /**
   * How long items are kept after they expire, by base name of the table. Whatever audits them has this long. Curity only.
   * @default - curity-delegations 365 days, curity-devices 30 days, curity-tokens 2 days, curity-sessions and curity-nonces 1 day
   */
  readonly retainDurations?: { readonly [tableName: string]: Duration };
  /**
   * Time for a call of DynamoDB with its retries. Curity only.
   * @default - default of the AWS SDK
   */
  readonly callTimeout?: Duration;
  /**
   * Time for one attempt of a call of DynamoDB. Curity only.
   * @default - default of the AWS SDK
   */
  readonly attemptTimeout?: Duration;
}
