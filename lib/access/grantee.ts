import { Token, TokenComparison } from 'aws-cdk-lib/core';
import { Grant, Group, Role, ServicePrincipal, User, type IGrantable, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import { fail } from '../errors';
import { IAM_LIMITS, policySize, type Statement } from './statement';

/** Characters that grants of this library have put into the inline policy of a principal. */
const granted = new WeakMap<IPrincipal, number>();

/**
 * Adds the statements to the policy of the grantee.
 *
 * @throws IdentityTablesError when the grantee cannot have a policy, or the statements do not fit into it
 */
export function grantStatements(grantee: IGrantable, account: string, statements: readonly Statement[]): Grant {
  const principal = grantee.grantPrincipal;
  if (principal instanceof ServicePrincipal || isForeign(principal, account)) {
    refuse(principal);
  }
  checkSize(principal, statements);
  return statements
    .map((statement) => {
      const grant = Grant.addToPrincipal({
        grantee,
        actions: [...statement.Action],
        resourceArns: [...statement.Resource],
        conditions: statement.Condition,
      });
      return grant.success ? grant : refuse(principal);
    })
    .reduce((all, grant) => all.combine(grant));
}

/** The CDK would accept a role of another account and leave the statements out. */
function isForeign({ principalAccount }: IPrincipal, account: string): boolean {
  return principalAccount !== undefined && Token.compareStrings(principalAccount, account) === TokenComparison.DIFFERENT;
}

function refuse(principal: IPrincipal): never {
  return fail('IDT0801', {
    what: 'the grantee is not an identity that a policy can be added to',
    given: JSON.stringify(principal.policyFragment.principalJson),
    allowed: 'a role, user or group of the account of the tables, or a resource that has such a role',
  });
}

/** The CDK moves what does not fit from a role of the app into managed policies. It does so for no other principal. */
function checkSize(principal: IPrincipal, statements: readonly Statement[]): void {
  if (principal instanceof Role) {
    return;
  }
  const [kind, limit] = inlineLimit(principal);
  const size = (granted.get(principal) ?? 0) + policySize(statements);
  granted.set(principal, size);
  if (size > limit) {
    fail('IDT0802', {
      what: `the grants do not fit into the inline policies of the ${kind}`,
      given: `${size} characters`,
      allowed: `${limit} characters in all inline policies of one ${kind}`,
      fix: 'attach the policies that grants.runtimeManagedPolicies returns, instead of calling grants.runtime',
    });
  }
}

function inlineLimit(principal: IPrincipal): [string, number] {
  if (principal instanceof User) {
    return ['user', IAM_LIMITS.inlineUser];
  }
  return principal instanceof Group ? ['group', IAM_LIMITS.inlineGroup] : ['imported role', IAM_LIMITS.inlineRole];
}
