/** A change of an item, by the fingerprints of its images. */
interface Echo {
  readonly before: string;
  readonly after: string;
}

/**
 * What the replication itself has written to a region and has not yet seen in the stream of that region. Its own writes come back
 * there like those of clients, in the order in which they were made, and must not go round again.
 */
export class Echoes {
  private readonly expected = new Map<string, Echo[]>();

  public get isEmpty(): boolean {
    return this.expected.size === 0;
  }

  public expect(key: string, before: string, after: string): void {
    this.expected.set(key, [...(this.expected.get(key) ?? []), { before, after }]);
  }

  /** Whether a record of the stream is one of them; it is then no longer expected. */
  public take(key: string, before: string, after: string): boolean {
    const echoes = this.expected.get(key) ?? [];
    const found = echoes.findIndex((echo) => echo.before === before && echo.after === after);
    if (found < 0) {
      return false;
    }
    const rest = echoes.filter((_, i) => i !== found);
    if (rest.length === 0) {
      this.expected.delete(key);
    } else {
      this.expected.set(key, rest);
    }
    return true;
  }

  /** The image that the item has after everything that is expected; undefined when nothing is. */
  public lastOf(key: string): string | undefined {
    return this.expected.get(key)?.at(-1)?.after;
  }
}
