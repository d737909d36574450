/** Whether the server finds its tables at start, or may make them. */
export enum StartUp {
  /** The tables are there: the server reads and writes items, and looks at its tables. */
  TABLES_EXIST = 'tables-exist',
  /**
   * The server may also make its tables and switch time to live on, on exactly these names. Settings that it changes are changed
   * behind CloudFormation's back.
   */
  MAY_CREATE = 'may-create',
}

/** Options of a runtime grant. */
export interface RuntimeGrantOptions {
  /**
   * What the server may do to its tables at start. What a Connect2id server does when CreateTable is denied is not documented: try
   * a start with the default before production.
   * @default StartUp.TABLES_EXIST
   */
  readonly startUp?: StartUp;
  /**
   * Whether the server is told to switch point-in-time recovery and deletion protection by itself (Connect2id:
   * `dynamodb.enableContBackups`, `dynamodb.enableDeletionProtection`). Only with StartUp.MAY_CREATE. It lets the server switch
   * both off too, since IAM cannot tell on from off.
   * @default false
   */
  readonly managesProtection?: boolean;
  /**
   * The full name of the table in which the nodes of a Connect2id server in replication mode find each other. The server makes
   * this table itself: its first start needs StartUp.MAY_CREATE, unless you make the table.
   * @default - not covered by the grant
   */
  readonly discoveryTableName?: string;
}

/** Options of an administrative grant. */
export interface AdministerGrantOptions {
  /**
   * Whether to grant UpdateTable, UpdateContinuousBackups and UpdateTimeToLive. They add indexes, change billing and repair settings,
   * but also switch off deletion protection and point-in-time recovery, and let items expire: IAM sees one action for both ways.
   * @default false
   */
  readonly mayUnprotect?: boolean;
}
