import { connect2id } from './connect2id';
import type { Connect2idProps } from './connect2id-props';
import { connectDynamoDb, type ConnectDynamoDbProps } from './connect-dynamodb';
import { curity, type CurityProps } from './curity';
import type { ServerDefinition } from './definition';
import { schemaDirectory, type SchemaDirectoryProps } from './schema-directory';

/** An identity server with its options: the tables that it needs. */
export class IdentityServer {
  /**
   * A Connect2id server, from 14.0 on. Since the vendor does not publish every key and index name, one of `schemaDirectory`,
   * `statedTables` and `acceptAssumedSchema` is needed.
   */
  public static connect2id(props: Connect2idProps): IdentityServer {
    return new IdentityServer(connect2id(props));
  }

  /** A Curity Identity Server, from 7.4 on. Tables, keys and indexes are those of the vendor's create-table files. */
  public static curity(props: CurityProps): IdentityServer {
    return new IdentityServer(curity(props));
  }

  /** An Express app whose sessions connect-dynamodb 3.x keeps. */
  public static connectDynamoDb(props: ConnectDynamoDbProps = {}): IdentityServer {
    return new IdentityServer(connectDynamoDb(props));
  }

  /**
   * Any other server: a directory with one `create-table-*.json` per table (input of `aws dynamodb create-table`) and, if there
   * is one, a `server.json` with what the server keeps in them. Without it every table is durable, has point-in-time recovery,
   * no time to live, and is replicated by `Replication.full()` only.
   */
  public static fromSchemaDirectory(directory: string, props: SchemaDirectoryProps = {}): IdentityServer {
    return new IdentityServer(schemaDirectory(directory, props));
  }

  /** Short name of the server, such as `curity`: the value of the tag `identity-tables:server`. */
  public readonly serverName: string;

  /**
   * Version of the server as given.
   * @default - the server has no versions that matter for its tables
   */
  public readonly version?: string;

  /** Base names of its tables, sorted. */
  public readonly tableNames: string[];

  private constructor(
    /** @internal */
    public readonly _definition: ServerDefinition,
  ) {
    this.serverName = _definition.id;
    this.version = _definition.version;
    this.tableNames = _definition.tables.map((table) => table.baseName);
  }
}
