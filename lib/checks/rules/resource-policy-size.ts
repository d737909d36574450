import { at, intrinsic } from '../intrinsics';
import type { TableRule } from '../rule';
import type { Template } from '../templates';
import { text, UNKNOWN_TEXT } from '../text';

const MAX_BYTES = 20 * 1024;

const POLICIES = [['ResourcePolicy'], ['ReplicaStreamSpecification', 'ResourcePolicy']];

/** The size of a policy document as it is sent, at least: what only CloudFormation knows counts as empty. */
function bytes(policy: unknown, template: Template): number {
  const { PolicyDocument: document = '' } = (policy ?? {}) as { PolicyDocument?: unknown };
  const knownText = (value: unknown) => text(value, template).replaceAll(UNKNOWN_TEXT, '');
  const json =
    typeof document === 'string' || intrinsic(document) !== undefined
      ? knownText(document)
      : JSON.stringify(document, (_, value: unknown) => (intrinsic(value) === undefined ? value : knownText(value)));
  return Buffer.byteLength(json);
}

export const resourcePolicySize: TableRule = {
  id: 'RESOURCE-POLICY-SIZE',
  title: 'a resource policy is larger than DynamoDB allows',
  reason:
    'DynamoDB refuses a resource policy of more than 20 KB and counts its white space, but only when CloudFormation has already ' +
    'begun to change the table.',
  fix: 'shorten the policy: fewer statements, account principals with a condition, no white space in a policy given as text',
  source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-considerations.html',
  checkTable: ({ replicas, template }) =>
    replicas.flatMap(({ location, label, properties }) =>
      POLICIES.flatMap((path) => {
        const size = bytes(at(properties, ...path), template);
        return size > MAX_BYTES
          ? [{ location: `${location}.${path.join('.')}`, message: `at least ${size} of ${MAX_BYTES} bytes in ${label}` }]
          : [];
      }),
    ),
};
