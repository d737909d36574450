import { intrinsic } from './intrinsics';
import type { Template } from './templates';

/** Stands in a text for the part that only CloudFormation knows. */
export const UNKNOWN_TEXT = '\u0000';

/** The text of a value, as far as the templates tell it. */
export function text(value: unknown, template: Template): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  const { name, argument } = intrinsic(value) ?? {};
  switch (name) {
    case 'Ref':
      return reference(String(argument), template);
    case 'Fn::GetAtt':
      return reference(Array.isArray(argument) ? argument.join('.') : String(argument), template);
    case 'Fn::Join':
      return joined(argument, template);
    case 'Fn::Sub':
      return typeof argument === 'string' ? substituted(argument, template) : UNKNOWN_TEXT;
    case 'Fn::ImportValue':
      return imported(text(argument, template), template);
    default:
      return UNKNOWN_TEXT;
  }
}

/** The ARN of a table in one region. A name that only CloudFormation knows is replaced by a text that no other table has. */
export function tableArn(logicalId: string, template: Template, region: string): string {
  const account = template.account ?? UNKNOWN_TEXT;
  return `arn:${UNKNOWN_TEXT}:dynamodb:${region}:${account}:table/${tableName(logicalId, template)}`;
}

function tableName(logicalId: string, template: Template): string {
  const { TableName: given } = (template.resources[logicalId].Properties ?? {}) as { TableName?: unknown };
  const name = text(given, template);
  return name.includes(UNKNOWN_TEXT) ? `{${template.id} ${logicalId}}` : name;
}

/** The text of `<logical id or pseudo parameter>[.<attribute>]`. */
function reference(target: string, template: Template): string {
  if (target === 'AWS::Region') {
    return template.region ?? UNKNOWN_TEXT;
  }
  if (target === 'AWS::AccountId') {
    return template.account ?? UNKNOWN_TEXT;
  }
  const [logicalId, attribute] = target.split('.');
  if (template.resources[logicalId]?.Type !== 'AWS::DynamoDB::GlobalTable') {
    return UNKNOWN_TEXT;
  }
  if (attribute === undefined) {
    return tableName(logicalId, template);
  }
  return attribute === 'Arn' ? tableArn(logicalId, template, template.region ?? UNKNOWN_TEXT) : UNKNOWN_TEXT;
}

function joined(argument: unknown, template: Template): string {
  const [delimiter, parts] = Array.isArray(argument) ? (argument as unknown[]) : [];
  return typeof delimiter === 'string' && Array.isArray(parts)
    ? parts.map((part) => text(part, template)).join(delimiter)
    : UNKNOWN_TEXT;
}

function substituted(pattern: string, template: Template): string {
  return pattern.replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, target: string) =>
    literal === '!' ? `\${${target}}` : reference(target, template),
  );
}

function imported(name: string, template: Template): string {
  const exported = template.exports.get(name);
  return exported === undefined ? UNKNOWN_TEXT : text(exported.value, exported.template);
}
