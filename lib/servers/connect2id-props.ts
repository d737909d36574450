import type { ProjectionType } from 'aws-cdk-lib/aws-dynamodb';

/** How the nodes of a Connect2id server share their data. */
export enum Connect2idMode {
  /** All data in DynamoDB; the only mode for several regions. */
  STATELESS = 'stateless',
  /** Short-lived data in Redis, the rest in DynamoDB. */
  STATELESS_REDIS = 'stateless-redis',
  /** Short-lived data in the memory of the nodes, the rest in DynamoDB; one region. */
  REPLICATION = 'replication',
}

/** The edition of a Connect2id server. */
export enum Connect2idEdition {
  /** One issuer. */
  REGULAR = 'regular',
  /** Several issuers: adds the tenant registry, and the sort key `tid` to every table of a tenant. */
  MULTI_TENANT = 'multi-tenant',
}

/** A secondary index whose name you know. */
export interface StatedIndex {
  /** The name of the index, exactly as the server queries it. */
  readonly indexName: string;
  /**
   * The sort key of the index, a string attribute.
   * @default - no sort key
   */
  readonly sortKey?: string;
  /**
   * What the index holds beside the keys.
   * @default ProjectionType.ALL
   */
  readonly projection?: ProjectionType;
  /**
   * The attributes of an INCLUDE projection.
   * @default - none
   */
  readonly nonKeyAttributes?: string[];
}

/** A table whose names you know. The type of its key is always string. */
export interface StatedTable {
  /**
   * The name of the table without the prefix.
   * @default - the base name
   */
  readonly tableName?: string;
  /** The name of the partition key attribute. */
  readonly partitionKey: string;
  /**
   * The indexes of `long_lived_authorizations`, by indexed attribute (`sub`, `act`, `cid`).
   * @default - no indexes
   */
  readonly indexes?: { readonly [attribute: string]: StatedIndex };
}

/**
 * A Connect2id server. The vendor publishes table names, time to live and presets, but not every key and index name:
 * one of `schemaDirectory`, `statedTables` and `acceptAssumedSchema` is needed, and they are asked in this order per table.
 */
export interface Connect2idProps {
  /** Server version, from 14.0 on, such as `18.0`. */
  readonly version: string;
  /**
   * How the nodes share their data.
   * @default Connect2idMode.STATELESS
   */
  readonly mode?: Connect2idMode;
  /**
   * The edition of the server.
   * @default Connect2idEdition.REGULAR
   */
  readonly edition?: Connect2idEdition;
  /**
   * Whether every table gets the sort key `tid`, so that several deployments share one set. Equal to
   * `dynamodb.applyRangeKey=tid` of the server. It is identity: changing it means new tables. Not with the multi-tenant
   * edition, which has the key by itself.
   * @default false
   */
  readonly applyRangeKey?: boolean;
  /**
   * Whether DynamoDB expires user sessions (table `sub_sessions`). Equal to `dynamodb.enableTTL.sessionStore.sessionMap` of
   * the server. It ends back-channel logout on expiry.
   * @default false
   */
  readonly sessionTimeToLive?: boolean;
  /**
   * The attributes of `long_lived_authorizations` that have an index. Equal to
   * `dynamodb.authzStore.longLivedAuthzMap.indexedAttributes` of the server.
   * @default - 'sub', 'act', 'cid'
   */
  readonly indexedAttributes?: string[];
  /**
   * A directory of create-table files that were captured or pulled from your own server. Its record of mode, edition and
   * range key is compared with the other options.
   * @default - no directory
   */
  readonly schemaDirectory?: string;
  /**
   * Keys and names that you know, by base name.
   * @default - nothing stated
   */
  readonly statedTables?: { readonly [baseName: string]: StatedTable };
  /**
   * Whether bundled names may be used that the vendor does not publish. For evaluation: a wrong name makes the server fail at
   * its first read or write. Raises the warning `cdk-identity-tables:assumed-schema` and tags the tables.
   * @default false
   */
  readonly acceptAssumedSchema?: boolean;
}
