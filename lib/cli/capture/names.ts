/** What the prefix of a set of tables is, and how that is known. */
export interface TablePrefix {
  readonly prefix: string;
  /** Whether the names of a bundled server told it. */
  readonly isRecognised: boolean;
  /** What all names begin with, when that may be a prefix but nothing tells it. */
  readonly likely?: string;
}

const SEPARATED = /^.*[-_.]/;

/** The prefix of tables: the one that leaves the names of a bundled server; one table alone tells none. */
export function recognisePrefix(names: readonly string[], bundled: ReadonlySet<string>): TablePrefix {
  const votes = new Map<string, number>();
  for (const name of names) {
    for (const base of bundled) {
      if (name.endsWith(base)) {
        const prefix = name.slice(0, -base.length);
        votes.set(prefix, (votes.get(prefix) ?? 0) + 1);
      }
    }
  }
  // An empty prefix first: names that need nothing taken off are what they are.
  const [best = ''] = [...votes].sort(([a, m], [b, n]) => Number(b === '') - Number(a === '') || n - m).map(([prefix]) => prefix);
  if (best !== '' && (votes.get(best) ?? 0) > 1 && names.every((name) => name.startsWith(best))) {
    return { prefix: best, isRecognised: true };
  }
  const common = names.length > 1 && !votes.has('') ? (SEPARATED.exec(commonStart(names))?.[0] ?? '') : '';
  return { prefix: '', isRecognised: false, ...(common !== '' && { likely: common }) };
}

function commonStart(names: readonly string[]): string {
  return names.reduce((common, name) => {
    let length = 0;
    while (length < common.length && common[length] === name[length]) {
      length++;
    }
    return common.slice(0, length);
  });
}
