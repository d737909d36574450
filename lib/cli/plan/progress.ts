import type { PlanInput, StackInfo } from './input';
import type { Move } from './lane';
import type { ApiCall, ChangeName, Loss, StackTables, Step, StepChange, WaitName } from './step';
import { placesOf, regionsOf, withOwner, type Owner, type Table } from './table';
import { DEPLOY_WORDS, deployWords, OTHER_RESOURCES, TARGET_WORDS, WAIT_WORDS, type Words } from './words';

/** Changes after which the table takes no other change for a while. */
const UNSETTLING: ReadonlySet<ChangeName> = new Set([
  'create',
  'index-added',
  'index-removed',
  'replica-added',
  'replica-removed',
]);

/** Changes after which TTL takes no other change for up to an hour. */
const TURNING: ReadonlySet<ChangeName> = new Set(['ttl-off', 'ttl-on']);

/** What the steps so far have led to, and the steps. */
export class Progress {
  private readonly dependencies: Step[] = [];
  private readonly others: Step[] = [];
  /** Tables of each stack by logical id. */
  private readonly owned = new Map<string, Map<string, Table>>();
  /** What stands in each region by account, name and region. */
  private readonly places = new Map<string, Table>();
  private readonly infos: ReadonlyMap<string, StackInfo>;
  /** Logical ids of the tables that each stack has in the target. */
  private readonly wanted = new Map<string, Set<string>>();
  private readonly deployed = new Set<string>();
  private readonly complete = new Set<string>();
  private readonly unsettled: Set<string>;
  private readonly ttlChanging: Set<string>;
  /** What was in between before the first step. */
  private readonly leftUnsettled: Set<string>;

  public constructor(input: PlanInput, current: readonly Table[], target: readonly Table[]) {
    this.infos = new Map(input.stacks.map((stack) => [stack.key, stack]));
    this.unsettled = new Set(input.inBetween);
    this.ttlChanging = new Set(input.ttlChanging);
    this.leftUnsettled = new Set(input.inBetween);
    for (const { owner } of target) {
      if (owner !== undefined) {
        const ids = this.wanted.get(owner.stack) ?? new Set();
        this.wanted.set(owner.stack, ids.add(owner.logicalId));
      }
    }
    current.forEach((table) => this.put(table));
  }

  /** The steps so far. Stacks that others depend on come first of all: nothing may come between a loss and its confirmation. */
  public get steps(): readonly Step[] {
    return [...this.dependencies, ...this.others];
  }

  public tablesOf(stack: string): Table[] {
    return [...(this.owned.get(stack)?.values() ?? [])];
  }

  /** All tables that stand. */
  public all(): Table[] {
    return [...new Set(this.places.values())];
  }

  public info(stack: string): StackInfo | undefined {
    return this.infos.get(stack);
  }

  /** Whether a step has deployed the stack, so that an import finds nothing else to change. */
  public isDeployed(stack: string): boolean {
    return this.deployed.has(stack);
  }

  /** Whether everything in the stack but its tables is as in the target. */
  public isComplete(stack: string): boolean {
    return this.complete.has(stack) || (this.infos.get(stack)?.isSettled === true && !this.deployed.has(stack));
  }

  /** The table that a resource owns now. */
  public ownedBy(owner: Owner | undefined): Table | undefined {
    return owner === undefined ? undefined : this.owned.get(owner.stack)?.get(owner.logicalId);
  }

  /** The table that stands in a region under this name. */
  public standing({ account, name }: Table, region: string): Table | undefined {
    return this.places.get(`${account}/${name}@${region}`);
  }

  /** A table as it is from now on, instead of one it was before. */
  public replace(before: Table, after: Table): void {
    this.remove(before);
    this.put(after);
  }

  /** The table is in no region any more. */
  public remove(table: Table): void {
    if (table.owner !== undefined) {
      this.owned.get(table.owner.stack)?.delete(table.owner.logicalId);
    }
    regionsOf(table).forEach((region) => this.places.delete(`${table.account}/${table.name}@${region}`));
  }

  private put(table: Table): void {
    regionsOf(table).forEach((region) => this.places.set(`${table.account}/${table.name}@${region}`, table));
    if (table.owner !== undefined) {
      const tables = this.owned.get(table.owner.stack) ?? new Map<string, Table>();
      this.owned.set(table.owner.stack, tables.set(table.owner.logicalId, table));
    }
  }

  /** One deployment of a stack. What is to be waited for comes before it. */
  public deploy(stack: string, moves: readonly Move[]): void {
    this.settleLeft([stack]);
    this.waitBefore(moves);
    moves.forEach(({ after }) => this.replace(this.ownedBy(after.owner) ?? after, after));
    const changes = moves.map(({ change }) => change);
    this.emitDeploy([stack], changes, deployWords(changes));
    moves.forEach((move) => this.noteUnrest(move));
  }

  /** A deployment in which a stack loses tables from its template, which stand on without a stack. */
  public letGo(stack: string, tables: readonly Table[]): void {
    tables.forEach((table) => this.replace(table, withOwner(table, undefined)));
    this.emitDeploy([stack], letGoChanges(tables), DEPLOY_WORDS['let-go']);
  }

  /** A deployment in which a stack loses tables from its template, which are deleted. */
  public drop(stack: string, tables: readonly Table[]): void {
    tables.forEach((table) => this.remove(table));
    const changes = tables.map(({ name }): StepChange => ({ name: 'drop', table: name, text: 'deleted with its items' }));
    this.emitDeploy([stack], changes, DEPLOY_WORDS.drop);
  }

  /** A deployment that changes no table. */
  public deployOthers(stack: string): void {
    this.emitDeploy([stack], [OTHER_RESOURCES], DEPLOY_WORDS['other-resources']);
  }

  /** The last deployment, of the unmodified target. */
  public deployTarget(stacks: readonly string[]): void {
    this.settleLeft(stacks);
    const tables = stacks.flatMap((stack) => this.tablesOf(stack));
    // The attribute of a TTL that was turned off is in no template any more.
    const turnedOff = tables.filter((table) => table.turnedOff !== undefined);
    this.settle(turnedOff);
    this.waitFor('ttl-hour', this.ttlChanging, turnedOff);
    const gone = tables.filter((table) => !this.isWanted(table));
    gone.forEach((table) => this.replace(table, withOwner(table, undefined)));
    this.emitDeploy(stacks, letGoChanges(gone), TARGET_WORDS);
  }

  private isWanted({ owner }: Table): boolean {
    return owner !== undefined && this.wanted.get(owner.stack)?.has(owner.logicalId) === true;
  }

  /** Stacks without tables that a stack depends on, such as those of keys. */
  private deployDependencies(stack: string): void {
    for (const dependency of this.infos.get(stack)?.dependsOn ?? []) {
      if (!this.wanted.has(dependency) && !this.isComplete(dependency)) {
        this.deployDependencies(dependency);
        this.deployed.add(dependency);
        this.complete.add(dependency);
        this.dependencies.push(this.deployStep([dependency], [OTHER_RESOURCES], DEPLOY_WORDS['other-resources']));
      }
    }
  }

  private emitDeploy(stacks: readonly string[], changes: readonly StepChange[], words: Words): void {
    for (const stack of stacks) {
      this.deployed.add(stack);
      const present = this.owned.get(stack);
      if ([...(this.wanted.get(stack) ?? [])].every((id) => present?.has(id))) {
        this.complete.add(stack);
      }
    }
    stacks.forEach((stack) => this.deployDependencies(stack));
    this.others.push(this.deployStep(stacks, changes, words));
  }

  private deployStep(stacks: readonly string[], changes: readonly StepChange[], words: Words): Step {
    const selectors = stacks.map((stack) => this.infos.get(stack)?.selector ?? stack).join(', ');
    return {
      kind: 'deploy',
      ...words,
      title: `${selectors}: ${words.title}`,
      stacks: stacks.map((stack): StackTables => ({ stack, tables: this.tablesOf(stack) })),
      changes,
      isTarget: words === TARGET_WORDS,
    };
  }

  public import(stack: string, imported: readonly Table[], words: Words): void {
    imported.forEach((table) => this.put(table));
    this.complete.delete(stack);
    this.others.push({
      kind: 'import',
      ...words,
      title: `${this.infos.get(stack)?.selector ?? stack}: ${words.title}`,
      stack: { stack, tables: this.tablesOf(stack) },
      imported,
    });
  }

  public api(calls: readonly ApiCall[], words: Words): void {
    if (calls.length > 0) {
      this.others.push({ kind: 'api', calls, ...words });
    }
  }

  public server(words: Words, instructions: readonly string[], region?: string): void {
    this.others.push({ kind: 'server', ...words, instructions, ...(region !== undefined && { region }) });
  }

  /** Stacks of another app, whose templates are not at hand, let go of tables. */
  public letGoElsewhere(tables: readonly Table[], words: Words, instructions: readonly string[]): void {
    tables.forEach((table) => this.replace(table, withOwner(table, undefined)));
    this.others.push({ kind: 'server', ...words, instructions, letsGo: tables });
  }

  /** Stacks of a region are removed; their tables stand on. */
  public leave(region: string, removedStacks: readonly string[], words: Words, instructions: readonly string[]): void {
    const letsGo = removedStacks.flatMap((stack) => this.tablesOf(stack));
    this.settle(letsGo);
    letsGo.forEach((table) => this.replace(table, withOwner(table, undefined)));
    this.others.push({ kind: 'server', ...words, instructions, region, letsGo, removedStacks });
  }

  /** The loss is the next step: what has to be waited for comes before. */
  public confirm(losses: readonly Loss[], words: Words): void {
    this.settleLeft([...this.infos.keys()]);
    this.others.push({ kind: 'confirm', losses, ...words });
  }

  public wait(name: WaitName, places: readonly string[]): void {
    if (places.length > 0) {
      this.others.push({ kind: 'wait', name, places: [...places].sort(), ...WAIT_WORDS[name] });
    }
  }

  public noteUnsettled(tables: readonly Table[]): void {
    tables.flatMap(placesOf).forEach((place) => this.unsettled.add(place));
  }

  /** Waits for everything that still changes, before a step that is no deployment depends on it. */
  public settle(tables: readonly Table[]): void {
    this.waitFor('settled', this.unsettled, tables);
  }

  /** The template that a stack has of a table may differ from the table that an earlier plan left in between. */
  private settleLeft(stacks: readonly string[]): void {
    const tables = stacks.flatMap((stack) => this.tablesOf(stack));
    const left = tables.filter((table) => placesOf(table).some((place) => this.leftUnsettled.has(place)));
    this.settle(left);
    left.flatMap(placesOf).forEach((place) => this.leftUnsettled.delete(place));
  }

  /** Whether a stack has all tables of the target and no others, written as in the target. */
  public hasItsTables(stack: string): boolean {
    const tables = this.tablesOf(stack);
    const isWritten = (table: Table): boolean => this.isWanted(table) && table.turnedOff === undefined;
    return tables.length === (this.wanted.get(stack)?.size ?? 0) && tables.every(isWritten);
  }

  private waitBefore(moves: readonly Move[]): void {
    this.settle(moves.map(({ after }) => after));
    const turned = moves.filter(({ change }) => TURNING.has(change.name));
    this.waitFor(
      'ttl-hour',
      this.ttlChanging,
      turned.map(({ after }) => after),
    );
  }

  private waitFor(name: WaitName, pending: Set<string>, tables: readonly Table[]): void {
    const waiting = tables.flatMap(placesOf).filter((place) => pending.has(place));
    this.wait(name, waiting);
    waiting.forEach((place) => pending.delete(place));
  }

  private noteUnrest({ change, after }: Move): void {
    if (UNSETTLING.has(change.name)) {
      this.noteUnsettled([after]);
    }
    if (TURNING.has(change.name)) {
      placesOf(after).forEach((place) => this.ttlChanging.add(place));
    }
  }
}

function letGoChanges(tables: readonly Table[]): StepChange[] {
  return tables.map(({ name }) => ({ name: 'let-go', table: name, text: 'leaves the stack and stands on without one' }));
}
