const MARKER = 'unresolved:';
/** A function is an object; the words alone are somebody's text. */
const FUNCTION = `${MARKER}{`;

/**
 * A value of a state as it is written in a template. A state keeps an intrinsic function as a mark and the function, also within a
 * text that is known but for it; see lib/state/intrinsics.ts.
 */
export function fromText(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.includes(FUNCTION) ? joined(partsOf(value)) : value;
  }
  if (Array.isArray(value)) {
    return value.map(fromText);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fromText(item)]))
    : value;
}

function joined(parts: readonly unknown[]): unknown {
  return parts.length === 1 ? parts[0] : { 'Fn::Join': ['', parts] };
}

/** The texts and the functions of a text, in their order. */
function partsOf(text: string): unknown[] {
  const parts: unknown[] = [];
  let rest = text;
  for (let start = rest.indexOf(FUNCTION); start >= 0; start = rest.indexOf(FUNCTION)) {
    const from = start + MARKER.length;
    const to = endOfObject(rest, from);
    parts.push(rest.slice(0, start), JSON.parse(rest.slice(from, to)) as unknown);
    rest = rest.slice(to);
  }
  return [...parts, rest].filter((part) => part !== '');
}

/** Where the object ends that begins here: braces within its texts do not count. */
function endOfObject(text: string, start: number): number {
  const tokens = /"(?:[^"\\]|\\.)*"|[{}]/g;
  tokens.lastIndex = start;
  let depth = 0;
  for (let token = tokens.exec(text); token !== null; token = tokens.exec(text)) {
    depth += token[0] === '{' ? 1 : token[0] === '}' ? -1 : 0;
    if (depth === 0) {
      return tokens.lastIndex;
    }
  }
  return text.length;
}
