import { at, isOn, shown, UNKNOWN } from '../intrinsics';
import type { TableRule } from '../rule';

const KEEPING: { readonly [attribute: string]: readonly unknown[] } = {
  DeletionPolicy: ['Retain', 'RetainExceptOnCreate', UNKNOWN],
  UpdateReplacePolicy: ['Retain', UNKNOWN],
};

export const removalPolicy: TableRule = {
  id: 'REMOVAL-POLICY',
  title: 'CloudFormation deletes the table when it leaves the stack or is replaced',
  reason:
    'Without the policy Retain, taking the table out of the template or changing its name or key deletes it in every region. ' +
    'Deletion protection in every replica stops that too.',
  fix: 'use RemovalPolicy.RETAIN, the default of TableV2; on a CfnGlobalTable call applyRemovalPolicy(RemovalPolicy.RETAIN)',
  source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html',
  checkTable: (table) => {
    const isProtected = table.replicas.every(({ properties }) => isOn(properties, 'DeletionProtectionEnabled') !== false);
    return isProtected
      ? []
      : Object.entries(KEEPING)
          .map(([attribute, keeping]) => ({ attribute, keeping, value: at(table.resource, attribute) }))
          .filter(({ keeping, value }) => !keeping.includes(value))
          .map(({ attribute, value }) => ({ location: attribute, message: `${attribute} is ${shown(value)}` }));
  },
};
