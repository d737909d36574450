import { createHash } from 'node:crypto';

/** Attributes by name, each `{ <type>: <value> }` as in the API. */
export interface Attributes {
  readonly [name: string]: { readonly [type: string]: unknown };
}

/** Types whose values have no order. */
const SETS: ReadonlySet<string> = new Set(['BS', 'NS', 'SS']);
export const NO_ITEM = '';

/** A short text that is the same for the same attributes only; `NO_ITEM` for none. */
export function fingerprint(attributes: Attributes | undefined): string {
  if (attributes === undefined) {
    return NO_ITEM;
  }
  return createHash('sha256').update(canonical(attributes)).digest('base64');
}

/** The attributes as text, whatever their order and that of the members of sets. */
export function canonical(attributes: Attributes): string {
  return JSON.stringify(ordered(attributes));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(ordered);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([name, inner]) => [name, SETS.has(name) && Array.isArray(inner) ? sorted(inner) : ordered(inner)]),
  );
}

function sorted(values: readonly unknown[]): unknown[] {
  return [...values].sort();
}
