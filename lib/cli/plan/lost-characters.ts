const NOT_ASCII = /[^\0-\x7f]/u;

/**
 * A deployed template with the texts that it had: CloudFormation tells `?` in the place of every character that is not ASCII. A text is
 * given back where just one is known that looks like it.
 *
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1220
 */
export function withLostCharacters<T>(told: T, known: unknown): T {
  const originals = new Map<string, Set<string>>();
  collect(known, originals);
  return originals.size === 0 ? told : (replaced(told, originals) as T);
}

function collect(value: unknown, originals: Map<string, Set<string>>): void {
  if (typeof value === 'string') {
    if (NOT_ASCII.test(value)) {
      const seen = value.replace(/[^\0-\x7f]/gu, '?');
      originals.set(seen, (originals.get(seen) ?? new Set()).add(value));
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      collect(name, originals);
      collect(item, originals);
    }
  }
}

function replaced(value: unknown, originals: ReadonlyMap<string, ReadonlySet<string>>): unknown {
  if (typeof value === 'string') {
    const [original, ...others] = originals.get(value) ?? [];
    return original !== undefined && others.length === 0 ? original : value;
  }
  if (Array.isArray(value)) {
    return value.map((item) => replaced(item, originals));
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replaced(item, originals)]))
    : value;
}
