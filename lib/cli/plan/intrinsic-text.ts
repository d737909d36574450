const MARKER = 'unresolved:';

/**
 * A value of a state as it is written in a template. A state keeps an intrinsic function as a text with a mark, see
 * lib/state/intrinsics.ts.
 */
export function fromText(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.startsWith(MARKER) ? JSON.parse(value.slice(MARKER.length)) : value;
  }
  if (Array.isArray(value)) {
    return value.map(fromText);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fromText(item)]))
    : value;
}
