import { RemovalPolicy } from 'aws-cdk-lib/core';

/** How the tables are kept from being lost. */
export class Protection {
  /**
   * Deletion protection on every table and replica, tables retained when the stack goes, point-in-time recovery (35 days)
   * wherever the profile of the table asks for it.
   */
  public static production(): Protection {
    return new Protection('production', true, RemovalPolicy.RETAIN, true);
  }

  /** No deletion protection, no point-in-time recovery, tables deleted with the stack. For evaluation and tests. */
  public static development(): Protection {
    return new Protection('development', false, RemovalPolicy.DESTROY, false);
  }

  private constructor(
    /** `production` or `development`. */
    public readonly level: string,
    /** Whether tables and replicas are protected against deletion. */
    public readonly deletionProtection: boolean,
    /** What happens to the tables when they leave the stack. */
    public readonly removalPolicy: RemovalPolicy,
    /** Whether the profiles' point-in-time recovery is switched on. */
    public readonly pointInTimeRecovery: boolean,
  ) {}
}
