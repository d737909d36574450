import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { fail, quoted } from '../../errors';
import { differenceOf, type LiveTable, type TableState } from '../../state';
import type { LiveAccess } from '../verify/live-access';
import { readRegions } from '../verify/read-regions';
import { standingTables } from '../verify/standing-tables';
import type { AssemblyStack } from './assembly-stacks';
import type { PlanFile, PlannedStep } from './plan-file';
import { readSource } from './source';

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
  for (let later = at + 1; later < steps.length; later++) {
    if (isWritten(steps[later]) && (await reader.check(later)).reached === 'yes') {
      return { ...own, reached: 'yes', reasons: [`step ${steps[later].number} is reached, which comes later`] };
    }
  }
  return own;
}

function isWritten({ kind }: PlannedStep): boolean {
  return kind === 'deploy' || kind === 'import';
}

class StepReader {
  private readonly known = new Map<string, Promise<LiveTable | undefined>>();

  public constructor(
    private readonly access: LiveAccess,
    private readonly output: string,
    private readonly steps: readonly PlannedStep[],
  ) {}

  public async check(at: number): Promise<Check> {
    const step = this.steps[at];
    const { number, title } = step;
    switch (step.kind) {
      case 'deploy':
      case 'import':
        return answer(step, await this.differences(step));
      case 'wait':
        return this.checkWait(step, this.steps[at - 1]);
      case 'api':
        return answer(step, await this.undone(step));
      case 'server':
      case 'confirm':
        return { number, title, reached: 'unknown', reasons: ['only you know'] };
    }
  }

  private async checkWait(step: PlannedStep, before: PlannedStep | undefined): Promise<Check> {
    const { number, title, wait, places } = step;
    if (wait === 'replica-lock') {
      return { number, title, reached: 'unknown', reasons: ['AWS does not tell when a replica was added'] };
    }
    const differences = wait === 'verified' && before !== undefined ? await this.differences(before) : [];
    return answer(step, [...differences, ...(await this.unsettled(places))]);
  }

  private async differences(step: PlannedStep): Promise<string[]> {
    // The assembly has all stacks of the target; the step is about its own ones.
    const source = readSource(path.join(this.output, step.number), {
      account: 'unknown-account',
      region: step.stacks[0]?.region,
    });
    const isOwn = (stack: AssemblyStack): boolean =>
      step.stacks.some(({ region, stackName }) => region === stack.region && stackName === stack.stackName);
    const tables = source.stacks.filter(isOwn).flatMap(({ key }) => source.tables.get(key) ?? []);
    const wanted = tables.flatMap(({ replicas }) => [...replicas.values()]);
    const found = await Promise.all(wanted.map((state) => this.differencesOf(state)));
    return found.flat();
  }

  private async differencesOf(wanted: TableState): Promise<string[]> {
    const live = await this.live(wanted.tableName, wanted.region);
    const place = placeOf(wanted);
    if (live === undefined) {
      return [`${place} does not stand`];
    }
    const unread = new Set(live.unread.map(({ kind }) => kind));
    const changes = differenceOf(live.state, wanted).filter(({ kind }) => !unread.has(kind));
    const isElsewhere = !unread.has('placement') && wanted.replicaRegions.join() !== [...live.state.replicaRegions].sort().join();
    return [
      ...changes.map(({ kind }) => `${place}: ${kind}`),
      ...(isElsewhere ? [`${place}: stands in ${live.state.replicaRegions.join(', ')}`] : []),
    ];
  }

  private async unsettled(places: readonly string[]): Promise<string[]> {
    const found = await Promise.all(
      places.map(async (place) => {
        const [tableName, region] = place.split('@');
        const live = await this.live(tableName, region);
        return live?.inBetween.map(({ subject, status }) => `${place}: ${subject} is ${status}`) ?? [];
      }),
    );
    return found.flat();
  }

  private async undone({ calls }: PlannedStep): Promise<string[]> {
    const found = await Promise.all(
      calls.map(async ({ name, tableName, region }) => {
        const state = (await this.live(tableName, region))?.state;
        const isDone = {
          'protection-on': state?.deletionProtection === true,
          'protection-off': state?.deletionProtection !== true,
          'billing-on-demand': state?.billing.mode === 'PAY_PER_REQUEST',
          'delete-table': state === undefined,
          // A backup and a scaling target are kept elsewhere; both calls may be made twice.
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

function answer({ number, title }: PlannedStep, reasons: readonly string[]): Check {
  return { number, title, reached: reasons.length === 0 ? 'yes' : 'no', reasons };
}

function placeOf({ tableName, region }: TableState): string {
  return `${tableName}@${region}`;
}
