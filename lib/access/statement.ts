import { Tokenization } from 'aws-cdk-lib/core';

/** One statement of an IAM policy in its JSON form. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: string | readonly string[] } };
}

/** A policy document as IAM stores it. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/**
 * Characters that IAM allows in a policy, white space not counted, and managed policies that it allows per role.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const IAM_LIMITS = {
  managedPolicy: 6_144,
  managedPoliciesPerRole: 10,
  /** All inline policies of one principal together. */
  inlineRole: 10_240,
  inlineGroup: 5_120,
  inlineUser: 2_048,
  /** @see https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html */
  serviceControlPolicy: 5_120,
} as const;

/** ARNs in one statement, and their characters: so that every statement fits into every kind of policy, with any prefix. */
const ARNS_PER_STATEMENT = 40;
const CHARACTERS_PER_STATEMENT = 4_000;

/** Stands for a token when characters are counted: longer than an account or a partition. */
const TOKEN_PLACEHOLDER = '-'.repeat(20);

/** A resource with the actions that it is granted. */
export interface ResourceActions {
  readonly resource: string;
  readonly actions: readonly string[];
}

/** One statement per set of actions, in the order in which the sets first occur. Resources without actions are left out. */
export function statementsByActions(grants: readonly ResourceActions[]): Statement[] {
  const groups = new Map<string, { actions: string[]; resources: string[] }>();
  for (const { resource, actions } of grants) {
    const sorted = [...new Set(actions)].sort();
    const group = groups.get(sorted.join()) ?? { actions: sorted, resources: [] };
    group.resources.push(resource);
    groups.set(sorted.join(), group);
  }
  return [...groups.values()]
    .filter((group) => group.actions.length > 0)
    .flatMap((group) => chunks(group.resources).map((resources) => allow(group.actions, resources)));
}

export function allow(actions: readonly string[], resources: readonly string[], rest: Partial<Statement> = {}): Statement {
  return { Effect: 'Allow', Action: actions, Resource: resources, ...rest };
}

export function policyDocument(statements: readonly Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}

/** The size of a policy as IAM counts it. A token counts as 20 characters. */
export function policySize(statements: readonly Statement[]): number {
  return measuredLength(JSON.stringify(policyDocument(statements)));
}

/** Statements in as few policies as fit into the given size, each statement whole and in its order. */
export function packStatements(statements: readonly Statement[], size: number): Statement[][] {
  const policies: Statement[][] = [];
  for (const statement of statements) {
    const last = policies.at(-1);
    if (last !== undefined && policySize([...last, statement]) <= size) {
      last.push(statement);
    } else {
      policies.push([statement]);
    }
  }
  return policies;
}

function chunks(resources: readonly string[]): string[][] {
  const result: string[][] = [];
  let characters = 0;
  for (const resource of resources) {
    const length = measuredLength(resource);
    const last = result.at(-1);
    if (last !== undefined && last.length < ARNS_PER_STATEMENT && characters + length <= CHARACTERS_PER_STATEMENT) {
      last.push(resource);
      characters += length;
    } else {
      result.push([resource]);
      characters = length;
    }
  }
  return result;
}

function measuredLength(text: string): number {
  const measured: unknown = Tokenization.reverseString(text)
    .mapTokens({ mapToken: () => TOKEN_PLACEHOLDER })
    .join({ join: (left: string, right: string) => left + right });
  return String(measured).length;
}
