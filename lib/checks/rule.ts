import type { GlobalTable } from './global-table';
import type { IamPolicy } from './iam-policy';

/** What a rule finds in one place. */
export interface Finding {
  /** The place in the resource, such as `Properties.Replicas.0`. */
  readonly location: string;
  /** Continues the title of the rule. */
  readonly message: string;
}

interface RuleText {
  /** With it a finding is acknowledged, as `identity-tables::<id>`. A contract. */
  readonly id: string;
  /** What is wrong with a resource that violates the rule. */
  readonly title: string;
  /** Why that matters. */
  readonly reason: string;
  readonly fix: string;
  /** The page that states the facts behind the rule. */
  readonly source: string;
  /** The property of IdentityTablesChecks that switches the rule on; it is always on without one. */
  readonly optIn?: 'customerManagedKeys';
}

/** A rule about a table. */
export interface TableRule extends RuleText {
  readonly checkTable: (table: GlobalTable) => Finding[];
}

/** A rule about permissions on tables. */
export interface PolicyRule extends RuleText {
  readonly checkPolicy: (policy: IamPolicy, tables: readonly GlobalTable[]) => Finding[];
}

export type Rule = TableRule | PolicyRule;
