const SAFE = /^[\w.,:/@%+=-]+$/;

/** A word as a POSIX shell reads it, quoted where it has to be. */
export function shellWord(word: string): string {
  return SAFE.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
