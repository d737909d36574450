import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { fail, quoted } from '../../errors';
import { differenceOf, type LiveTable, type TableState } from '../../state';
import { ServiceRefusal, stackResources, type StackResource } from '../aws/neighbour-services';
import type { LiveAccess } from '../verify/live-access';
import { readRegions } from '../verify/read-regions';
import { standingTables } from '../verify/standing-tables';
import type { AssemblyStack } from './assembly-stacks';
import type { PlanFile, PlannedStep } from './plan-file';
import { readSource } from './source';
import type { ApiCallName } from './step';
import type { Table } from './table';
import { OTHER_RESOURCES } from './words';

/** Calls on a backup or a scaling target, which are no part of the table. */
const KEPT_ELSEWHERE: ReadonlySet<string> = new Set<ApiCallName>(['create-backup', 'deregister-scaling']);
const ONLY_YOU = 'only you know';

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

/** Whether a later step is reached only after this one: it changes the same tables. */
function goesOn(step: PlannedStep, later: PlannedStep): boolean {
  const tables = changedTables(later);
  const own = changedTables(step);
  return isWritten(later) && own.length > 0 && own.every((name) => tables.includes(name));
}

function changedTables({ changes }: PlannedStep): string[] {
  return changes.filter((change) => change !== OTHER_RESOURCES.text).map((change) => change.slice(0, change.indexOf(':')));
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
        return this.checkDeployment(step);
      case 'wait':
        return this.checkWait(step, this.steps[at - 1]);
      case 'api':
        return step.calls.every(({ name }) => KEPT_ELSEWHERE.has(name))
          ? { number, title, reached: 'unknown', reasons: ['a table does not tell; the call may be made twice'] }
          : answer(step, await this.undone(step));
      case 'server':
        return this.checkServer(step);
      case 'confirm':
        return { number, title, reached: 'unknown', reasons: [ONLY_YOU] };
    }
  }

  private async checkDeployment(step: PlannedStep): Promise<Check> {
    const { number, title, changes } = step;
    const reasons = await this.differences(step);
    if (reasons.length === 0 && step.kind === 'import' && !(await this.hasStacks(step))) {
      return { number, title, reached: 'unknown', reasons: ['CloudFormation does not tell: there is none beside these tables'] };
    }
    const isOfTables = changes.some((change) => change !== OTHER_RESOURCES.text) || step.kind === 'import';
    return reasons.length > 0 || isOfTables
      ? answer(step, reasons)
      : { number, title, reached: 'unknown', reasons: ['only the tables of a stack are compared'] };
  }

  private async hasStacks({ stacks: [{ region, stackName }] }: PlannedStep): Promise<boolean> {
    return (await this.resourcesOf(region, stackName)) !== undefined;
  }

  private async checkWait(step: PlannedStep, before: PlannedStep | undefined): Promise<Check> {
    const { number, title, wait, places } = step;
    if (wait === 'replica-lock') {
      return { number, title, reached: 'unknown', reasons: ['AWS does not tell when a replica was added'] };
    }
    if (wait === 'gone') {
      const standing = await Promise.all(
        places.map(async (place) => {
          const [tableName, region] = place.split('@');
          return (await this.live(tableName, region)) === undefined ? [] : [`${place} still stands`];
        }),
      );
      return answer(step, standing.flat());
    }
    const differences = wait === 'verified' && before !== undefined ? await this.differences(before) : [];
    return answer(step, [...differences, ...(await this.unsettled(places))]);
  }

  /** Of what is done by hand, only who owns a table can be seen. */
  private async checkServer(step: PlannedStep): Promise<Check> {
    const { number, title, places, stacks } = step;
    if (places.length === 0 && stacks.length === 0) {
      return { number, title, reached: 'unknown', reasons: [ONLY_YOU] };
    }
    try {
      const standing = stacks.map(async ({ region, stackName }) => {
        const resources = await stackResources(this.access.neighbours(region), { StackName: stackName });
        return resources.length === 0 ? [] : [`stack ${stackName} in ${region} still stands`];
      });
      return answer(step, (await Promise.all([...standing, ...places.map((place) => this.ownedStill(place))])).flat());
    } catch (error) {
      if (!(error instanceof ServiceRefusal)) {
        throw error;
      }
      return { number, title, reached: 'unknown', reasons: [`CloudFormation does not tell: ${error.message}`] };
    }
  }

  private async ownedStill(place: string): Promise<string[]> {
    const [tableName, region] = place.split('@');
    if ((await this.live(tableName, region)) === undefined) {
      return [`${place} does not stand`];
    }
    const owners = await stackResources(this.access.neighbours(region), { PhysicalResourceId: tableName });
    return owners
      .filter(({ physicalId }) => physicalId === tableName)
      .map(({ stackName }) => `${place} is still in stack ${stackName}`);
  }

  private async differences(step: PlannedStep): Promise<string[]> {
    // The assembly has all stacks of the target; the step is about its own ones.
    const source = readSource(path.join(this.output, step.number), {
      account: 'unknown-account',
      region: step.stacks[0]?.region,
    });
    const isOwn = (stack: AssemblyStack): boolean =>
      step.stacks.some(({ region, stackName }) => region === stack.region && stackName === stack.stackName);
    const stacks = source.stacks.filter(isOwn);
    const tables = stacks.flatMap(({ key }) => source.tables.get(key) ?? []);
    const wanted = tables.flatMap(({ replicas }) => [...replicas.values()]);
    const found = await Promise.all([
      ...stacks.map((stack) => this.ownersOf(stack, source.tables.get(stack.key) ?? [])),
      ...wanted.map((state) => this.differencesOf(state)),
    ]);
    return found.flat();
  }

  /** A stack has the tables of its template, and none beside them. */
  private async ownersOf({ region, stackName }: AssemblyStack, tables: readonly Table[]): Promise<string[]> {
    const resources = await this.resourcesOf(region, stackName);
    if (resources === undefined) {
      return [];
    }
    if (resources.length === 0) {
      return [`stack ${stackName} in ${region} does not stand`];
    }
    const owned = resources
      .filter(({ type }) => /^AWS::DynamoDB::(Global)?Table$/.test(type))
      .map(({ physicalId }) => physicalId);
    const names = tables.map(({ name }) => name);
    return [
      ...names.filter((name) => !owned.includes(name)).map((name) => `${name}@${region} is not in stack ${stackName}`),
      ...owned.filter((name) => !names.includes(name)).map((name) => `${name}@${region} is still in stack ${stackName}`),
    ];
  }

  /** Undefined where there is no CloudFormation beside DynamoDB. */
  private async resourcesOf(region: string, stackName: string): Promise<readonly StackResource[] | undefined> {
    try {
      return await stackResources(this.access.neighbours(region), { StackName: stackName });
    } catch (error) {
      if (!(error instanceof ServiceRefusal)) {
        throw error;
      }
      if (!this.access.isAws) {
        return undefined;
      }
      fail('IDT1205', { what: `the resources of stack '${stackName}' in ${region} could not be read`, given: error.message });
    }
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
        return live?.inBetween.map(({ subject, status }) => `${place}: ${subject} is ${status}`) ?? [`${place} does not stand`];
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
