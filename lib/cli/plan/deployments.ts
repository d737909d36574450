import type { StackInfo } from './input';

/** The stacks, and how far the steps have brought all in them but tables. */
export class Deployments {
  private readonly infos: ReadonlyMap<string, StackInfo>;
  private readonly deployed = new Set<string>();
  private readonly complete = new Set<string>();

  public constructor(stacks: readonly StackInfo[]) {
    this.infos = new Map(stacks.map((stack) => [stack.key, stack]));
  }

  public get keys(): string[] {
    return [...this.infos.keys()];
  }

  public info(stack: string): StackInfo | undefined {
    return this.infos.get(stack);
  }

  /** What the CDK CLI calls it. */
  public selectorOf(stack: string): string {
    return this.infos.get(stack)?.selector ?? stack;
  }

  /** Whether a step has deployed the stack, of this plan or of one before, so that an import finds nothing else to change. */
  public isDeployed(stack: string): boolean {
    return this.deployed.has(stack) || this.infos.get(stack)?.isPrepared() === true;
  }

  /** Whether everything in the stack but its tables is as in the target. */
  public isComplete(stack: string): boolean {
    return this.complete.has(stack) || (this.infos.get(stack)?.isSettled === true && !this.deployed.has(stack));
  }

  /** Whether all in a stack but its tables is as in the target, or more than that. */
  public isAhead(stack: string): boolean {
    return this.deployed.has(stack) || this.isComplete(stack);
  }

  /** Whether it exports what it does not in the target, until that is deployed. */
  public hasOldExports(stack: string): boolean {
    return this.infos.get(stack)?.hasOldExports === true;
  }

  public note(stack: string, isComplete: boolean): void {
    this.deployed.add(stack);
    if (isComplete) {
      this.complete.add(stack);
    }
  }

  /** An import deploys nothing but tables, and writes them as they stand: the target follows. */
  public noteImport(stack: string): void {
    this.deployed.add(stack);
    this.complete.delete(stack);
  }
}
