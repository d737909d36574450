/** The regions that are cut off: nothing comes to them from other regions, and nothing goes out. */
export class Isolation {
  private readonly isolated: Set<string>;

  public constructor(
    regions: readonly string[],
    private readonly onHeal: () => void,
  ) {
    this.isolated = new Set(regions);
  }

  public get regions(): string[] {
    return [...this.isolated].sort();
  }

  public isCut(one: string, other: string): boolean {
    return one !== other && (this.isolated.has(one) || this.isolated.has(other));
  }

  /** Cuts a region off, or joins it again. */
  public toggle(region: string): void {
    if (this.isolated.delete(region)) {
      this.onHeal();
    } else {
      this.isolated.add(region);
    }
  }

  public heal(): void {
    this.isolated.clear();
    this.onHeal();
  }
}
