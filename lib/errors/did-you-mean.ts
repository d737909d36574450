/** The number of single-character edits (insert, delete, replace, swap of neighbours) between two words. */
export function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, replace);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
      }
    }
  }
  return rows[a.length][b.length];
}

/** The allowed word that the given one most likely meant, when one is near enough. */
export function nearest(given: string, allowed: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(given.length / 3));
  let best: { word: string; distance: number } | undefined;
  for (const word of allowed) {
    const distance = editDistance(given.toLowerCase(), word.toLowerCase());
    if (distance <= limit && (best === undefined || distance < best.distance)) {
      best = { word, distance };
    }
  }
  return best?.word;
}

/** The fix of a misspelt word: the near one when there is one, else the given sentence. */
export function didYouMean(given: string, allowed: readonly string[], otherwise: string): string {
  const word = nearest(given, allowed);
  return word === undefined ? otherwise : `did you mean '${word}'?`;
}

/** A list of words for a message. */
export function quoted(words: readonly string[]): string {
  return words.length === 0 ? 'none' : words.map((word) => `'${word}'`).join(', ');
}
