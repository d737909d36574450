import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { fail, quoted } from '../../errors';
import { differenceOf, UNKNOWN_ACCOUNT, type LiveTable, type TableState } from '../../state';
import type { LiveAccess } from '../verify/live-access';
import { readRegions } from '../verify/read-regions';
import { standingTables } from '../verify/standing-tables';
import { withKeys } from '../verify/table-keys';
import type { AssemblyStack } from './assembly-stacks';
import { ownedStill, ownersMissing, standsStill } from './check-owners';
import { DeployedParameters, withDeployedParameters } from './deployed-parameters';
import type { PlanFile, PlannedStep } from './plan-file';
import { readSource } from './source';
import type { ApiCallName } from './step';
import { placeOf } from './table';
import { OTHER_RESOURCES } from './words';

/** Calls on a backup or a scaling target, which are no part of the table. */
const KEPT_ELSEWHERE: ReadonlySet<string> = new Set<ApiCallName>(['create-backup', 'deregister-scaling']);
const ONLY_YOU = 'only you know';
const NO_CLOUDFORMATION = 'CloudFormation does not tell: there is none beside these tables';

/** Whether a step was reached; what the server does and what was confirmed cannot be seen. */
export interface Check {
  readonly number: string;
  readonly title: string;
  readonly reached: 'yes' | 'no' | 'unknown';
  /** What is missing, or why it is not known. */
  readonly reasons: readonly string[];
}

/** @throws IdentityTablesError when there is no plan, or no such step in it */
function readSteps(output: string, number: string): { steps: readonly PlannedStep[]; at: number } {
  const file = path.join(output, 'plan.json');
  if (!existsSync(file)) {
    fail('IDT1309', {
      what: `there is no plan in '${output}'`,
      given: `no file ${file}`,
      allowed: 'the --output of identity-tables plan',
    });
  }
  const { steps } = JSON.parse(readFileSync(file, 'utf8')) as PlanFile;
  const at = steps.findIndex((step) => Number(step.number) === Number(number));
  if (at < 0) {
    fail('IDT1309', {
      what: `the plan in '${output}' has no step ${number}`,
      given: `'${number}'`,
      allowed: steps.length === 0 ? 'none: the plan has no steps' : quoted(steps.map((step) => step.number)),
    });
  }
  return { steps, at };
}

/** Compares what stands with what the step leads to. A step is also reached when a later one is. */
export async function checkStep(access: LiveAccess, output: string, number: string): Promise<Check> {
  const { steps, at } = readSteps(output, number);
  const reader = new StepReader(access, output, steps);
  const own = await reader.check(at);
  if (own.reached === 'yes') {
    return own;
  }
  for (let later = at + 1; isWritten(steps[at]) && later < steps.length; later++) {
    if (goesOn(steps[at], steps[later]) && (await reader.check(later)).reached === 'yes') {
      return { ...own, reached: 'yes', reasons: [`step ${steps[later].number} is reached, which comes later`] };
    }
  }
  return own;
}

/** Whether a later step is reached only after this one: it leads on in the same stacks, and says something of tables. */
function goesOn(step: PlannedStep, later: PlannedStep): boolean {
  const stacks = later.stacks.map(stackText);
  // Who owns a table tells more than what it is: an import is told by that.
  const isTold = later.kind === 'import' || (changedTables(step).length > 0 && changedTables(later).length > 0);
  return isWritten(later) && isTold && step.stacks.every((stack) => stacks.includes(stackText(stack)));
}

function stackText({ region, stackName }: PlannedStep['stacks'][number]): string {
  return `${region}/${stackName}`;
}

function changedTables({ changes }: PlannedStep): string[] {
  return changes.filter((change) => change !== OTHER_RESOURCES.text).map((change) => change.slice(0, change.indexOf(':')));
}

function isWritten({ kind }: PlannedStep): boolean {
  return kind === 'deploy' || kind === 'import';
}

class StepReader {
  private readonly known = new Map<string, Promise<LiveTable | undefined>>();
  private readonly parameters: DeployedParameters;

  public constructor(
    private readonly access: LiveAccess,
    private readonly output: string,
    private readonly steps: readonly PlannedStep[],
  ) {
    this.parameters = new DeployedParameters(access);
  }

  public async check(at: number): Promise<Check> {
    const step = this.steps[at];
    switch (step.kind) {
      case 'deploy':
      case 'import':
        return this.checkDeployment(step);
      case 'wait':
        return this.checkWait(step, this.steps[at - 1]);
      case 'api':
        return step.calls.every(({ name }) => KEPT_ELSEWHERE.has(name))
          ? unknown(step, 'a table does not tell; the call may be made twice')
          : answer(step, await this.undone(step));
      case 'server':
        return this.checkServer(step);
      case 'confirm':
        return unknown(step, ONLY_YOU);
    }
  }

  private async checkDeployment(step: PlannedStep): Promise<Check> {
    const { reasons, isOwnerKnown } = await this.compare(step);
    if (reasons.length > 0) {
      return answer(step, reasons);
    }
    if (step.kind === 'import') {
      return isOwnerKnown ? answer(step, []) : unknown(step, NO_CLOUDFORMATION);
    }
    return changedTables(step).length > 0 ? answer(step, []) : unknown(step, 'only the tables of a stack are compared');
  }

  private async checkWait(step: PlannedStep, before: PlannedStep | undefined): Promise<Check> {
    const { wait, places } = step;
    if (wait === 'replica-lock') {
      return unknown(step, 'AWS does not tell when a replica was added');
    }
    if (wait === 'gone') {
      const gone = new Set(await this.missing(places));
      return answer(
        step,
        places.filter((place) => !gone.has(`${place} does not stand`)).map((place) => `${place} still stands`),
      );
    }
    // Of the stack that has imported tables, those are looked at.
    const compared = wait === 'verified' && before !== undefined ? (await this.compare(before)).reasons : [];
    const differences = compared.filter((reason) => places.some((place) => reason.startsWith(place)));
    return answer(step, [...differences, ...(await this.unsettled(places))]);
  }

  /** Of what is done by hand, only who owns a table can be seen. */
  private async checkServer(step: PlannedStep): Promise<Check> {
    const { places, stacks } = step;
    if (places.length === 0 && stacks.length === 0) {
      return unknown(step, ONLY_YOU);
    }
    const owners = await Promise.all([
      ...stacks.map((stack) => standsStill(this.access, stack)),
      ...places.map((place) => ownedStill(this.access, ...partsOf(place))),
    ]);
    const known = owners.flatMap((reasons) => reasons ?? []);
    const gone = await this.missing(places);
    const isTold = owners.every((reasons) => reasons !== undefined);
    return isTold || gone.length > 0 ? answer(step, [...gone, ...known]) : unknown(step, NO_CLOUDFORMATION);
  }

  /** Places where no table stands. */
  private async missing(places: readonly string[]): Promise<string[]> {
    const found = await Promise.all(
      places.map(async (place) => ((await this.live(...partsOf(place))) === undefined ? [`${place} does not stand`] : [])),
    );
    return found.flat();
  }

  /** A stack has the tables of its template as they are there, and none beside them. */
  private async compare(step: PlannedStep): Promise<{ reasons: string[]; isOwnerKnown: boolean }> {
    // The assembly has all stacks of the target; the step is about its own ones.
    const assembly = path.join(this.output, step.number);
    const defaults = { account: UNKNOWN_ACCOUNT, region: step.stacks[0]?.region };
    const source = readSource(assembly, await withDeployedParameters(assembly, defaults, this.parameters));
    const isOwn = (stack: AssemblyStack): boolean =>
      step.stacks.some(({ region, stackName }) => region === stack.region && stackName === stack.stackName);
    const stacks = source.stacks.filter(isOwn);
    const tables = stacks.flatMap(({ key }) => source.tables.get(key) ?? []);
    const wanted = tables.flatMap(({ replicas }) => [...replicas.values()]);
    const namesIn = ({ key }: AssemblyStack): string[] => (source.tables.get(key) ?? []).map(({ name }) => name);
    const owners = await Promise.all(stacks.map((stack) => ownersMissing(this.access, stack, namesIn(stack))));
    const differences = await Promise.all(wanted.map((state) => this.differencesOf(state)));
    return {
      reasons: [...owners.flatMap((missing) => missing ?? []), ...differences.flat()],
      isOwnerKnown: owners.every((missing) => missing !== undefined),
    };
  }

  private async differencesOf(wanted: TableState): Promise<string[]> {
    const read = await this.live(wanted.tableName, wanted.region);
    const place = placeOf({ name: wanted.tableName }, wanted.region);
    if (read === undefined) {
      return [`${place} does not stand`];
    }
    const [live] = (await withKeys(this.access.neighbours(wanted.region), [read], [wanted])).tables;
    const refused = live.unread.find(({ cause }) => cause === 'refused');
    if (refused !== undefined) {
      fail('IDT1205', { what: `${refused.kind} of ${place} could not be read`, given: refused.reason });
    }
    const unread = new Set(live.unread.map(({ kind }) => kind));
    const changes = differenceOf(live.state, wanted).filter(({ kind }) => !unread.has(kind));
    const isElsewhere = wanted.replicaRegions.join() !== [...live.state.replicaRegions].sort().join();
    return [
      ...changes.map(({ kind }) => `${place}: ${kind}`),
      ...(isElsewhere ? [`${place}: stands in ${live.state.replicaRegions.join(', ')}`] : []),
    ];
  }

  private async unsettled(places: readonly string[]): Promise<string[]> {
    const found = await Promise.all(
      places.map(async (place) => {
        const live = await this.live(...partsOf(place));
        return live?.inBetween.map(({ subject, status }) => `${place}: ${subject} is ${status}`) ?? [`${place} does not stand`];
      }),
    );
    return found.flat();
  }

  private async undone({ calls }: PlannedStep): Promise<string[]> {
    const found = await Promise.all(
      calls.map(async ({ name, tableName, region, setting, value }) => {
        const state = (await this.live(tableName, region))?.state;
        const isDone = {
          'protection-on': state?.deletionProtection === true,
          'protection-off': state?.deletionProtection !== true,
          'change-setting': state !== undefined && setting !== undefined && isSet(state, setting, value),
          'billing-on-demand': state?.billing.mode === 'PAY_PER_REQUEST',
          'delete-table': state === undefined,
          'create-backup': true,
          'deregister-scaling': true,
        }[name];
        return isDone ? [] : [`${tableName}@${region}: ${name}`];
      }),
    );
    return found.flat();
  }

  private live(tableName: string, region: string): Promise<LiveTable | undefined> {
    const key = `${tableName}@${region}`;
    const reading = this.known.get(key) ?? this.read(tableName, region);
    this.known.set(key, reading);
    return reading;
  }

  private async read(tableName: string, region: string): Promise<LiveTable | undefined> {
    const readings = await readRegions(this.access, [region], [tableName]);
    const [{ ending, failures }] = readings;
    const said = ending?.said ?? failures[0]?.reason;
    if (said !== undefined) {
      fail('IDT1205', { what: `table '${tableName}' in ${region} could not be read`, given: said });
    }
    return standingTables(readings)[0];
  }
}

/** Whether a table has a setting, in whatever form; tags of others may be beside it. */
function isSet(state: TableState, setting: keyof TableState, value: unknown): boolean {
  const wanted = { ...state, [setting]: value };
  const tags = { ...state.tags, ...wanted.tags };
  return differenceOf(state, { ...wanted, tags }).length === 0;
}

function answer({ number, title }: PlannedStep, reasons: readonly string[]): Check {
  return { number, title, reached: reasons.length === 0 ? 'yes' : 'no', reasons };
}

function unknown({ number, title }: PlannedStep, reason: string): Check {
  return { number, title, reached: 'unknown', reasons: [reason] };
}

function partsOf(place: string): [tableName: string, region: string] {
  const [tableName, region] = place.split('@');
  return [tableName, region];
}
