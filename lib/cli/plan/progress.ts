import type { PlanInput, StackInfo } from './input';
import { Deployments } from './deployments';
import type { Drifts } from './drift';
import type { Move } from './lane';
import { ownersOf } from './aspects';
import { makeMoves } from './called-moves';
import type { ApiCall, DeployStep, Loss, StackTables, Step, StepChange, WaitName } from './step';
import { regionsOf, withOwner, type Owner, type Table } from './table';
import { turnsTimeToLive, Unrest } from './unrest';
import { deployWords } from './deploy-words';
import { API_WORDS, DEPLOY_WORDS, LEAVING_TARGET_WORDS, NO_TABLE, TARGET_WORDS, WAIT_WORDS, type Words } from './words';

type Changed = Pick<DeployStep, 'changes' | 'aspects'>;

/** What the steps so far have led to, and the steps. */
export class Progress {
  private readonly dependencies: Step[] = [];
  private readonly others: Step[] = [];
  /** Tables of each stack by logical id. */
  private readonly owned = new Map<string, Map<string, Table>>();
  /** What stands in each region by account, name and region. */
  private readonly places = new Map<string, Table>();
  private readonly deployments: Deployments;
  /** Logical ids of the tables that each stack has in the target. */
  private readonly wanted = new Map<string, Set<string>>();
  private readonly unrest: Unrest;

  public constructor(
    input: PlanInput,
    current: readonly Table[],
    target: readonly Table[],
    private readonly drifts: Drifts,
  ) {
    this.deployments = new Deployments(input.stacks);
    this.unrest = new Unrest(input);
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
    return this.deployments.info(stack);
  }

  /** Whether a step has deployed the stack, of this plan or of one before, so that an import finds nothing else to change. */
  public isDeployed(stack: string): boolean {
    return this.deployments.isDeployed(stack);
  }

  /** Whether everything in the stack but its tables is as in the target. */
  public isComplete(stack: string): boolean {
    return this.deployments.isComplete(stack);
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
    if (after.owner === undefined) {
      this.drifts.forget(before);
    }
    this.remove(before);
    this.put(after);
  }

  /** Whether a table was changed beside its stack so that no update of its template leads on. */
  public isAstray(table: Table): boolean {
    return this.drifts.isAstray(table);
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

  /** One deployment of a stack. What is to be waited for comes before it, and what the template says already is done by calls. */
  public deploy(stack: string, moves: readonly Move[]): void {
    this.settleLeft([stack]);
    this.waitBefore(moves);
    const before = moves.map(({ after }) => this.ownedBy(after.owner) ?? after);
    const { after, calls, notes, changes, aspects } = makeMoves(before, moves, this.drifts);
    after.forEach((table, i) => this.replace(before[i], table));
    this.api(calls, { ...API_WORDS['change-setting'], notes: [...(API_WORDS['change-setting'].notes ?? []), ...notes] });
    if (changes.length > 0) {
      this.emitDeploy([stack], { changes, aspects }, deployWords(changes));
    }
    moves.forEach((move) => this.unrest.note(move));
  }

  /** A deployment in which a stack loses tables from its template, which stand on without a stack. */
  public letGo(stack: string, tables: readonly Table[]): void {
    const changes = this.letGoChanges(tables);
    tables.forEach((table) => this.replace(table, withOwner(table, undefined)));
    this.emitDeploy([stack], { changes, aspects: ownersOf(tables) }, DEPLOY_WORDS['let-go']);
  }

  /** A deployment in which tables leave a template that somebody has deleted beside their stack. */
  public forget(stack: string, tables: readonly Table[]): void {
    const changes = tables.map(({ name }): StepChange => ({
      name: 'forget',
      table: name,
      text: 'stands no more; it leaves the stack',
    }));
    this.emitDeploy([stack], { changes, aspects: ownersOf(tables) }, DEPLOY_WORDS.forget);
  }

  /** A deployment in which a stack loses tables from its template, which are deleted. */
  public drop(stack: string, tables: readonly Table[], why: string): void {
    for (const table of tables) {
      this.drifts.forget(table);
      this.remove(table);
    }
    const changes = tables.map(({ name }): StepChange => ({ name: 'drop', table: name, text: 'deleted with its items' }));
    this.emitDeploy([stack], { changes, aspects: ownersOf(tables) }, { ...DEPLOY_WORDS.drop, why });
  }

  /** A deployment that changes no table. */
  public deployOthers(stack: string): void {
    this.emitDeploy([stack], NO_TABLE, DEPLOY_WORDS['other-resources']);
  }

  /** The last deployment, of the unmodified target. */
  public deployTarget(stacks: readonly string[]): void {
    this.settleLeft(stacks);
    const tables = stacks.flatMap((stack) => this.tablesOf(stack));
    // The attribute of a TTL that was turned off is in no template any more.
    const turnedOff = tables.filter((table) => table.turnedOff !== undefined);
    // It also says what stands by now and no deployment has said so far.
    this.settle(tables.filter((table) => turnedOff.includes(table) || this.drifts.isPending(table)));
    this.wait('ttl-hour', this.unrest.takeTurned(turnedOff));
    const gone = tables.filter((table) => !this.isWanted(table));
    const changes = this.letGoChanges(gone);
    gone.forEach((table) => this.replace(table, withOwner(table, undefined)));
    tables.forEach((table) => this.drifts.forget(table));
    const words = changes.length > 0 ? LEAVING_TARGET_WORDS : TARGET_WORDS;
    this.emitDeploy(stacks, { changes, aspects: undefined }, words);
  }

  private isWanted({ owner }: Table): boolean {
    return owner !== undefined && this.wanted.get(owner.stack)?.has(owner.logicalId) === true;
  }

  /** Stacks without tables that a stack depends on, such as those of keys. */
  private deployDependencies(stack: string): void {
    for (const dependency of this.info(stack)?.dependsOn ?? []) {
      if (!this.wanted.has(dependency) && !this.deployments.isAhead(dependency)) {
        this.deployDependencies(dependency);
        this.deployments.note(dependency, !this.hasOldExports(dependency));
        this.dependencies.push(this.deployStep([dependency], NO_TABLE, DEPLOY_WORDS['other-resources']));
      }
    }
  }

  /** Stacks whose new exports a stack imports. */
  private deployExporters(stacks: readonly string[]): void {
    const exporters = stacks.flatMap((stack) => this.info(stack)?.importsFrom ?? []);
    exporters.filter((stack) => !this.deployments.isAhead(stack)).forEach((stack) => this.deployOthers(stack));
  }

  /** Whether it exports what it does not in the target, until that is deployed. */
  public hasOldExports(stack: string): boolean {
    return this.deployments.hasOldExports(stack);
  }

  private emitDeploy(stacks: readonly string[], changed: Changed, words: Words): void {
    for (const stack of stacks) {
      const present = this.owned.get(stack);
      const isWhole = changed.aspects === undefined || !this.hasOldExports(stack);
      this.deployments.note(stack, isWhole && [...(this.wanted.get(stack) ?? [])].every((id) => present?.has(id)));
    }
    stacks.forEach((stack) => this.deployDependencies(stack));
    this.deployExporters(stacks);
    this.others.push(this.deployStep(stacks, changed, words));
  }

  private deployStep(stacks: readonly string[], changed: Changed, words: Words): Step {
    const selectors = stacks.map((stack) => this.deployments.selectorOf(stack)).join(', ');
    return {
      kind: 'deploy',
      ...words,
      title: `${selectors}: ${words.title}`,
      stacks: stacks.map((stack) => this.written(stack)),
      ...changed,
      isTarget: changed.aspects === undefined,
    };
  }

  public import(stack: string, imported: readonly Table[], words: Words): void {
    imported.forEach((table) => this.put(table));
    this.deployments.noteImport(stack);
    this.others.push({
      kind: 'import',
      ...words,
      title: `${this.deployments.selectorOf(stack)}: ${words.title}`,
      stack: this.written(stack),
      imported,
    });
  }

  /** What the template of a stack is to say. */
  private written(stack: string): StackTables {
    return { stack, tables: this.tablesOf(stack).map((table) => this.drifts.asWritten(table)) };
  }

  private letGoChanges(tables: readonly Table[]): StepChange[] {
    return tables.map((table) => {
      const reason = this.isAstray(table) ? `: ${this.drifts.reasonOf(table)} beside the stack` : '';
      return { name: 'let-go', table: table.name, text: `leaves the stack and stands on without one${reason}` };
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
    this.settleLeft(this.deployments.keys);
    this.deployExporters(this.deployments.keys);
    this.others.push({ kind: 'confirm', losses, ...words });
  }

  public wait(name: WaitName, places: readonly string[]): void {
    if (places.length > 0) {
      this.others.push({ kind: 'wait', name, places: [...places].sort(), ...WAIT_WORDS[name] });
    }
  }

  public noteUnsettled(tables: readonly Table[]): void {
    this.unrest.noteUnsettled(tables);
  }

  /** Waits for everything that still changes, before a step that is no deployment depends on it. */
  public settle(tables: readonly Table[]): void {
    this.wait('settled', this.unrest.takeUnsettled(tables));
  }

  private settleLeft(stacks: readonly string[]): void {
    this.wait('settled', this.unrest.takeLeft(stacks.flatMap((stack) => this.tablesOf(stack))));
  }

  /** Whether a stack has all tables of the target and no others, written as in the target. */
  public hasItsTables(stack: string): boolean {
    const tables = this.tablesOf(stack);
    const isWritten = (table: Table): boolean => this.isWanted(table) && table.turnedOff === undefined;
    return tables.length === (this.wanted.get(stack)?.size ?? 0) && tables.every(isWritten);
  }

  /** Whether the template of a stack has yet to say what stands by now. */
  public isBehind(stack: string): boolean {
    return this.tablesOf(stack).some((table) => this.drifts.isPending(table));
  }

  private waitBefore(moves: readonly Move[]): void {
    this.settle(moves.map(({ after }) => after));
    this.wait('ttl-hour', this.unrest.takeTurned(moves.filter(turnsTimeToLive).map(({ after }) => after)));
  }
}
