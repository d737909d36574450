import { at, items } from './intrinsics';
import type { Template } from './templates';

/** A resource with identity policies. */
export interface IamPolicy {
  readonly logicalId: string;
  readonly template: Template;
  readonly statements: readonly Statement[];
}

/** One statement of a policy document. */
export interface Statement {
  /** Its place in the resource, such as `Properties.PolicyDocument.Statement.0`. */
  readonly location: string;
  readonly content: unknown;
}

const ONE_DOCUMENT = [
  'AWS::IAM::GroupPolicy',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::RolePolicy',
  'AWS::IAM::UserPolicy',
];

const INLINE_DOCUMENTS = ['AWS::IAM::Group', 'AWS::IAM::Role', 'AWS::IAM::User'];

export function iamPoliciesOf(template: Template): IamPolicy[] {
  return Object.entries(template.resources)
    .map(([logicalId, { Type: type, Properties: properties }]) => ({
      logicalId,
      template,
      statements: statementsOf(type, properties),
    }))
    .filter(({ statements }) => statements.length > 0);
}

function statementsOf(type: string, properties: unknown): Statement[] {
  if (ONE_DOCUMENT.includes(type)) {
    return documentStatements(properties, 'Properties');
  }
  return INLINE_DOCUMENTS.includes(type)
    ? items(properties, 'Policies').flatMap(({ index, item }) => documentStatements(item, `Properties.Policies.${index}`))
    : [];
}

function documentStatements(owner: unknown, place: string): Statement[] {
  const location = `${place}.PolicyDocument.Statement`;
  const given = at(owner, 'PolicyDocument', 'Statement');
  return Array.isArray(given)
    ? items(given).map(({ index, item }) => ({ location: `${location}.${index}`, content: item }))
    : [{ location, content: given }];
}
