import { isUnresolved } from './intrinsics';
import { sameJson, type Verdict } from './difference-verdict';

/** Elements of a statement whose values are a set: one value without a list is the same as a list of one. */
const SETS: ReadonlySet<string> = new Set(['Action', 'NotAction', 'Resource', 'NotResource']);
const PRINCIPALS: ReadonlySet<string> = new Set(['Principal', 'NotPrincipal']);

type Json = { readonly [name: string]: unknown };

/**
 * Whether two policies allow the same. The order of statements and values has no meaning, and DynamoDB gives an account as the
 * ARN of its root.
 */
export function comparePolicies(a: object | undefined, b: object | undefined): Verdict {
  if (a === undefined || b === undefined) {
    return a === b ? 'same' : 'different';
  }
  const [one, other] = [normalPolicy(a as Json), normalPolicy(b as Json)];
  if (sameJson(one, other)) {
    return 'same';
  }
  return isUnresolved(JSON.stringify([one, other])) ? 'undecided' : 'different';
}

function normalPolicy({ Statement: statements, ...rest }: Json): Json {
  return { ...rest, Statement: sorted(listOf(statements).map((statement) => normalStatement(statement as Json))) };
}

function normalStatement(statement: Json): Json {
  return mapValues(statement, (value, name) => {
    if (SETS.has(name)) {
      return sorted(listOf(value));
    }
    if (PRINCIPALS.has(name)) {
      return normalPrincipal(value);
    }
    return name === 'Condition' ? normalCondition(value as Json) : value;
  });
}

function normalPrincipal(value: unknown): Json {
  const byType = typeof value === 'string' ? { AWS: value } : (value as Json);
  return mapValues(byType, (names) => sorted(listOf(names).map((name) => accountOfRoot(String(name)))));
}

function accountOfRoot(name: string): string {
  return /^arn:aws[^:]*:iam::(\d{12}):root$/.exec(name)?.[1] ?? name;
}

function normalCondition(condition: Json): Json {
  return mapValues(condition, (keys) => mapValues(keys as Json, (value) => sorted(listOf(value).map(String))));
}

/** The object with other values, and its keys in order, so that sorting by its text is possible. */
function mapValues(object: Json, change: (value: unknown, name: string) => unknown): Json {
  const names = Object.keys(object).sort();
  return Object.fromEntries(names.map((name) => [name, change(object[name], name)]));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function sorted(values: readonly unknown[]): unknown[] {
  return [...values].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
