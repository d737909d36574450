import type {
  IPolicyValidationContext,
  IPolicyValidationPlugin,
  PolicyValidationPluginReport,
  PolicyViolation,
} from 'aws-cdk-lib/core';
import { globalTablesOf } from './global-table';
import { iamPoliciesOf } from './iam-policy';
import type { Finding, Rule } from './rule';
import { RULES } from './rules';
import { readTemplates, type Template } from './templates';

/** Properties of IdentityTablesChecks. */
export interface IdentityTablesChecksProps {
  /**
   * Whether every replica must be encrypted with a customer managed key: the rule CUSTOMER-KEY.
   * @default false
   */
  readonly customerManagedKeys?: boolean;
}

/**
 * Checks every AWS::DynamoDB::GlobalTable of an app at synthesis, each replica by itself, and the permissions on it. It is for
 * any app, whether or not the tables are made by this library. docs/checks.md has the rules.
 *
 * A finding fails the synthesis until it is mended or acknowledged with a reason, on the table or anything around it:
 * `Validations.of(table).acknowledge({ id: 'identity-tables::PITR', reason: '...' })`.
 *
 * @example
 * Validations.of(app).addPlugins(new IdentityTablesChecks());
 */
export class IdentityTablesChecks implements IPolicyValidationPlugin {
  /** Name of the plugin: the first part of the id with which a finding is acknowledged. */
  public readonly name: string = 'identity-tables';

  /**
   * Ids of the rules that are on.
   * @default - every rule that is not opt-in
   */
  public readonly ruleIds?: string[];

  private readonly rules: readonly Rule[];

  public constructor(props: IdentityTablesChecksProps = {}) {
    this.rules = RULES.filter(({ optIn }) => optIn === undefined || props[optIn] === true);
    this.ruleIds = this.rules.map(({ id }) => id);
  }

  /** Called by CDK at synthesis. */
  public validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const templates = readTemplates(context);
    const tables = templates.flatMap(globalTablesOf);
    const policies = templates.flatMap(iamPoliciesOf);
    const violations = this.rules.flatMap((rule) =>
      'checkTable' in rule
        ? tables.flatMap((table) => violation(rule, table, rule.checkTable(table)))
        : policies.flatMap((policy) => violation(rule, policy, rule.checkPolicy(policy, tables))),
    );
    return { success: violations.length === 0, violations };
  }
}

function violation(
  rule: Rule,
  { logicalId, template }: { logicalId: string; template: Template },
  findings: readonly Finding[],
): PolicyViolation[] {
  if (findings.length === 0) {
    return [];
  }
  return [
    {
      ruleName: rule.id,
      description: `${rule.title}: ${findings.map(({ message }) => message).join('; ')}`,
      fix: rule.fix,
      // Not 'fatal', which CDK does not let anybody acknowledge.
      severity: 'error',
      ruleMetadata: { reason: rule.reason, source: rule.source },
      violatingResources: [
        {
          resourceLogicalId: logicalId,
          templatePath: template.path,
          locations: [...new Set(findings.map(({ location }) => location))],
        },
      ],
    },
  ];
}
