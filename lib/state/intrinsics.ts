import { partitionOf } from '../errors';

/** What a template is deployed with, as far as it is known before the deployment. */
export interface TemplateContext {
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  /** Values of parameters by logical id. */
  readonly parameters: { readonly [logicalId: string]: unknown };
}

const MARKER = 'unresolved:';

/** A live table does not tell what becomes of it when its stack lets go of it. */
export const UNKNOWN_POLICY = `${MARKER}DeletionPolicy`;

/** Whether a text holds a value that only CloudFormation knows. */
export function isUnresolved(text: string): boolean {
  return text.includes(MARKER);
}

/**
 * Replaces the intrinsic functions of a template by their values. A function whose value only CloudFormation knows becomes
 * a text that starts with `unresolved:` and shows the function.
 */
export function resolve(value: unknown, context: TemplateContext): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => resolve(item, context)).filter((item) => item !== undefined);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value);
  if (entries.length === 1) {
    const [name, argument] = entries[0] as [string, unknown];
    if (name === 'Ref') {
      return resolveRef(String(argument), context);
    }
    if (name === 'Fn::Join') {
      return resolveJoin(argument, context) ?? marker(value);
    }
    if (name === 'Fn::Sub') {
      return resolveSub(argument, context);
    }
    if (name.startsWith('Fn::')) {
      return marker(value);
    }
  }
  const resolved = entries.map(([key, item]) => [key, resolve(item, context)] as const);
  return Object.fromEntries(resolved.filter(([, item]) => item !== undefined));
}

function marker(value: unknown): string {
  return `${MARKER}${JSON.stringify(value)}`;
}

function resolveRef(name: string, context: TemplateContext): unknown {
  const { partition, urlSuffix } = partitionOf(context.region);
  const pseudo: { readonly [name: string]: string | undefined } = {
    'AWS::AccountId': context.account,
    'AWS::NoValue': undefined,
    'AWS::Partition': partition,
    'AWS::Region': context.region,
    'AWS::StackName': context.stackName,
    'AWS::URLSuffix': urlSuffix,
  };
  if (Object.hasOwn(pseudo, name)) {
    return pseudo[name];
  }
  return Object.hasOwn(context.parameters, name) ? context.parameters[name] : marker({ Ref: name });
}

function resolveJoin(argument: unknown, context: TemplateContext): string | undefined {
  const [delimiter, list] = Array.isArray(argument) ? (argument as unknown[]) : [];
  const parts = resolve(list, context);
  return typeof delimiter === 'string' && Array.isArray(parts) ? parts.map(String).join(delimiter) : undefined;
}

function resolveSub(argument: unknown, context: TemplateContext): unknown {
  const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [unknown, Record<string, unknown>];
  if (typeof text !== 'string') {
    return marker({ 'Fn::Sub': argument });
  }
  return text.replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) => {
    if (literal === '!') {
      return `\${${name}}`;
    }
    const value = Object.hasOwn(variables, name) ? resolve(variables[name], context) : resolveRef(name, context);
    return String(value);
  });
}
