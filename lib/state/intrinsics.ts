import { partitionOf } from '../errors';

/** What a template is deployed with, as far as it is known before the deployment. */
export interface TemplateContext {
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  /** Values of parameters by logical id; one that is undefined is not known. */
  readonly parameters: Parameters;
  readonly mappings?: unknown;
  /** Whether a condition of the template holds; undefined when only CloudFormation knows. */
  readonly holds?: (condition: string) => boolean | undefined;
}

export interface Parameters {
  readonly [logicalId: string]: unknown;
}

type Json = { readonly [name: string]: unknown };

const MARKER = 'unresolved:';

/** A live table does not tell what becomes of it when its stack lets go of it. */
export const UNKNOWN_POLICY = `${MARKER}DeletionPolicy`;

/** Where stacks stand that name no account, when no account is known. */
export const UNKNOWN_ACCOUNT = 'unknown-account';

/** Whether a text holds a value that only CloudFormation knows. */
export function isUnresolved(text: string): boolean {
  return text.includes(MARKER);
}

/** The text with functions as a template has them, to be shown. */
export function withoutMarks(text: string): string {
  return text.replaceAll(MARKER, '');
}

/**
 * Replaces the intrinsic functions of a template by their values. A function whose value only CloudFormation knows becomes
 * a text that starts with `unresolved:` and shows the function.
 */
export function resolve(value: unknown, context: TemplateContext): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => resolve(item, context));
    return items.every((item, i) => item === value[i]) ? value : items.filter((item) => item !== undefined);
  }
  if (!isObject(value)) {
    return value;
  }
  const entries = Object.entries(value);
  if (entries.length === 1) {
    const [[name, argument]] = entries;
    if (name === 'Ref') {
      return resolveRef(String(argument), context);
    }
    if (name.startsWith('Fn::')) {
      return Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name](argument, context) : marker(value);
    }
  }
  const resolved = entries.map(([, item]) => resolve(item, context));
  if (resolved.every((item, i) => item === entries[i][1])) {
    return value;
  }
  return Object.fromEntries(entries.flatMap(([key], i) => (resolved[i] === undefined ? [] : [[key, resolved[i]]])));
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
const FUNCTIONS: { readonly [name: string]: (argument: unknown, context: TemplateContext) => unknown } = {
  'Fn::FindInMap': findInMap,
  'Fn::GetAtt': (argument) => (typeof argument === 'string' ? attributeMarker(argument) : marker({ 'Fn::GetAtt': argument })),
  'Fn::If': resolveIf,
  'Fn::Join': (argument, context) => resolveJoin(argument, context) ?? marker({ 'Fn::Join': argument }),
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::Sub': resolveSub,
};

function marker(value: unknown): string {
  return `${MARKER}${JSON.stringify(value)}`;
}

function resolveRef(name: string, context: TemplateContext): unknown {
  const { partition, urlSuffix } = partitionOf(context.region);
  const pseudo: { readonly [name: string]: string | undefined } = {
    'AWS::AccountId': context.account === UNKNOWN_ACCOUNT ? marker({ Ref: name }) : context.account,
    'AWS::NoValue': undefined,
    'AWS::Partition': partition,
    'AWS::Region': context.region,
    'AWS::StackName': context.stackName,
    'AWS::URLSuffix': urlSuffix,
  };
  if (Object.hasOwn(pseudo, name)) {
    return pseudo[name];
  }
  return (Object.hasOwn(context.parameters, name) ? context.parameters[name] : undefined) ?? marker({ Ref: name });
}

/** An attribute of a resource, such as `Role.Arn`. */
function attributeMarker(path: string): string {
  const dot = path.indexOf('.');
  return marker({ 'Fn::GetAtt': [path.slice(0, dot), path.slice(dot + 1)] });
}

function resolveIf(argument: unknown, context: TemplateContext): unknown {
  const [condition, whenTrue, whenFalse] = listOf(argument);
  const holds = context.holds?.(String(condition));
  return holds === undefined ? marker({ 'Fn::If': argument }) : resolve(holds ? whenTrue : whenFalse, context);
}

function findInMap(argument: unknown, context: TemplateContext): unknown {
  const [map, first, second, options] = listOf(resolve(argument, context));
  const keys = [map, first, second].map(String);
  const found = keys.reduce<unknown>(
    (level, key) => (isObject(level) && Object.hasOwn(level, key) ? level[key] : undefined),
    context.mappings,
  );
  const otherwise = isObject(options) && !isUnresolved(keys.join()) ? options.DefaultValue : undefined;
  return found ?? otherwise ?? marker({ 'Fn::FindInMap': argument });
}

function select(argument: unknown, context: TemplateContext): unknown {
  const [index, list] = listOf(resolve(argument, context));
  return (Array.isArray(list) ? (list as unknown[])[Number(index)] : undefined) ?? marker({ 'Fn::Select': argument });
}

function split(argument: unknown, context: TemplateContext): unknown {
  const [delimiter, text] = listOf(resolve(argument, context));
  const isKnown = typeof delimiter === 'string' && typeof text === 'string' && !isUnresolved(text);
  return isKnown ? text.split(delimiter) : marker({ 'Fn::Split': argument });
}

function resolveJoin(argument: unknown, context: TemplateContext): string | undefined {
  const [delimiter, list] = listOf(argument);
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
    if (Object.hasOwn(variables, name)) {
      return String(resolve(variables[name], context));
    }
    return name.includes('.') ? attributeMarker(name) : String(resolveRef(name, context));
  });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}
