import { ManagedPolicy, PolicyStatement, type Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { fail } from '../errors';
import type { ServerDefinition } from '../servers';
import { administerStatements } from './administer';
import { grantStatements } from './grantee';
import { locationOf, type AccessTable, type RegionalAccess } from './location';
import type { AdministerGrantOptions, RuntimeGrantOptions } from './options';
import { runtimeStatements } from './runtime';
import { IAM_LIMITS, packStatements, type Statement } from './statement';
import { verifyStatements } from './verify';

/** What grants are made from: the tables, which have the same names in every region, and the regions to cover. */
export interface GrantsProps {
  readonly server: ServerDefinition;
  readonly tables: readonly AccessTable[];
  readonly account: string;
  readonly regions: readonly { readonly region: string; readonly keyArn?: string }[];
}

/**
 * Permissions on the tables of the construct that they are taken from: those of its region, or of every region when they are taken
 * from IdentityTablesStacks. Table and index ARNs are exact, and a key is named only when it is customer-managed.
 *
 * Grantees are roles, users and groups of the account, and what has a role. A service or an account fails with IDT0801: tables get no
 * resource policy.
 */
export class IdentityTablesGrants {
  /** @internal */
  public static _of(props: GrantsProps): IdentityTablesGrants {
    const { server, tables, account } = props;
    const accesses = props.regions.map(({ region, keyArn }) => ({
      server,
      tables,
      location: locationOf(region, account),
      keyArn,
    }));
    return new IdentityTablesGrants(account, accesses);
  }

  private constructor(
    private readonly account: string,
    private readonly accesses: readonly RegionalAccess[],
  ) {}

  /**
   * What the server does at run time, and nothing else: the item actions of its profile per table, queries on the indexes that it
   * queries, and the read-only calls at its start.
   *
   * A role of the app takes any size. Another identity fails with IDT0802 when its inline policies cannot hold the statements: use
   * `runtimeManagedPolicies` for it.
   */
  public runtime(grantee: IGrantable, options: RuntimeGrantOptions = {}): Grant {
    return this.grant(grantee, (access) => runtimeStatements(access, options));
  }

  /**
   * What `runtime` grants as managed policies, to attach to a role that is imported or that has little room: one per region, two
   * when the names are so long that one cannot hold it.
   *
   * @param scope where to make the policies, such as the stack of the role
   * @param id prefix of their construct ids
   */
  public runtimeManagedPolicies(scope: Construct, id: string, options: RuntimeGrantOptions = {}): ManagedPolicy[] {
    const packed = this.accesses.flatMap((access) =>
      packStatements(runtimeStatements(access, options), IAM_LIMITS.managedPolicy).map((statements) => ({ access, statements })),
    );
    if (packed.length > IAM_LIMITS.managedPoliciesPerRole) {
      fail('IDT0802', {
        what: 'the runtime permissions do not fit into the managed policies of one role',
        given: `${packed.length} policies for ${this.accesses.length} regions`,
        allowed: `${IAM_LIMITS.managedPoliciesPerRole} managed policies`,
        fix: "give the server of each region a role of its own, with the grants of that region's construct",
      });
    }
    return packed.map(
      ({ access, statements }, i) =>
        new ManagedPolicy(scope, `${id}${i + 1}`, {
          description: `${access.server.title} at run time on its tables in ${access.location.region}`,
          statements: statements.map((statement) => PolicyStatement.fromJson(statement)),
        }),
    );
  }

  /**
   * What `identity-tables verify` and `pull` call: settings of the tables, never an item. Listing tables, scaling settings and owning
   * stacks cannot be limited to a table, so these calls are granted on `*` within the region.
   */
  public readOnly(grantee: IGrantable): Grant {
    return this.grant(grantee, verifyStatements);
  }

  /**
   * What an administrator does: `readOnly`, back up, tag, switch contributor insights. It never includes deleting, restoring, exporting
   * or reading items, and changes of tables only with `mayUnprotect`.
   */
  public administer(grantee: IGrantable, options: AdministerGrantOptions = {}): Grant {
    return this.grant(grantee, (access) => administerStatements(access, options));
  }

  private grant(grantee: IGrantable, statements: (access: RegionalAccess) => Statement[]): Grant {
    return grantStatements(grantee, this.account, this.accesses.flatMap(statements));
  }
}
