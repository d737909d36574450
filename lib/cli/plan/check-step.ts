import * as path from 'node:path';
import { UNKNOWN_ACCOUNT } from '../../state';
import { OWNER, RETURNING } from './aspects';
import { isOfSamePart, isTold, undoneOf } from './check-calls';
import type { LiveAccess } from '../verify/live-access';
import type { AssemblyStack } from './assembly-stacks';
import { ownedStill, ownersMissing, standsStill } from './check-owners';
import { DeployedParameters, withDeployedParameters } from '../verify/deployed-parameters';
import { shownTitle, type PlannedStep } from './plan-file';
import { orUnreadable, readSteps } from './read-steps';
import { ownersInStack } from './live-owners';
import { LivePlaces, partsOfPlace } from './live-places';
import { withMadeNames } from './made-names';
import { readSource, sourceOfStacks } from './source';
import type { ApiCall } from './step';
import { placeOf } from './table';
import { OTHER_RESOURCES } from './words';

const ONLY_YOU = 'only you know';
const NOT_TOLD = 'live tables do not tell what it changes';
const NO_CLOUDFORMATION = 'CloudFormation does not tell: there is none beside these tables';

/** Whether a step was reached; what the server does and what was confirmed cannot be seen. */
export interface Check {
  readonly number: string;
  readonly title: string;
  readonly reached: 'yes' | 'no' | 'unknown';
  /** What is missing, or why it is not known. */
  readonly reasons: readonly string[];
}

/** Compares what stands with what the step leads to. */
export async function checkStep(access: LiveAccess, output: string, number: string): Promise<Check> {
  const { steps, at } = await readSteps(output, number);
  return new StepReader(access, output, steps).check(at);
}

/** Whether a later step is reached only after this one: it leads on in the same stacks, and says something of tables. */
function goesOn(step: PlannedStep, later: PlannedStep): boolean {
  const stacks = later.stacks.map(stackText);
  // Who owns a table tells more than what it is: an import is told by that.
  const isTelling = later.kind === 'import' || (changedTables(step).length > 0 && changesTables(later));
  return isWritten(later) && isTelling && step.stacks.every((stack) => stacks.includes(stackText(stack)));
}

/** What a plan may change for a while tells nothing when it is as before. */
function changesTables({ changes, aspects }: PlannedStep): boolean {
  const isOther = aspects === undefined || aspects.length === 0 || aspects.some(({ aspect }) => !RETURNING.has(aspect));
  return isOther && changedTables({ changes }).length > 0;
}

function stackText({ region, stackName }: PlannedStep['stacks'][number]): string {
  return `${region}/${stackName}`;
}

function changedTables({ changes }: Pick<PlannedStep, 'changes'>): string[] {
  return changes.filter((change) => change !== OTHER_RESOURCES.text).map((change) => change.slice(0, change.indexOf(':')));
}

function isWritten({ kind }: PlannedStep): boolean {
  return kind === 'deploy' || kind === 'import';
}

class StepReader {
  private readonly live: LivePlaces;
  private readonly parameters: DeployedParameters;

  public constructor(
    private readonly access: LiveAccess,
    private readonly output: string,
    private readonly steps: readonly PlannedStep[],
  ) {
    this.live = new LivePlaces(access);
    this.parameters = new DeployedParameters(access);
  }

  /** A step is also reached when a later one is. */
  public async check(at: number): Promise<Check> {
    const own = await this.checkAlone(at);
    if (own.reached === 'yes' || !isWritten(this.steps[at])) {
      return own;
    }
    for (const [i, later] of [...this.steps.entries()].slice(at + 1)) {
      if (goesOn(this.steps[at], later) && (await this.checkAlone(i)).reached === 'yes') {
        return { ...own, reached: 'yes', reasons: [`step ${later.number} is reached, which comes later`] };
      }
    }
    return own;
  }

  private async checkAlone(at: number): Promise<Check> {
    const step = this.steps[at];
    switch (step.kind) {
      case 'deploy':
      case 'import':
        return this.checkDeployment(step);
      case 'wait':
        return this.checkWait(step, at);
      case 'api':
        return step.calls.some(isTold)
          ? answer(step, await this.undone(at))
          : unknown(step, 'a table does not tell; the call may be made twice');
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
    if (changedTables(step).length === 0 || step.aspects?.length === 0) {
      return unknown(step, NOT_TOLD);
    }
    const isOfOwners = step.aspects?.every(({ aspect }) => aspect === OWNER) === true;
    return isOfOwners && !isOwnerKnown ? unknown(step, NO_CLOUDFORMATION) : answer(step, []);
  }

  private async checkWait(step: PlannedStep, at: number): Promise<Check> {
    const { wait, places } = step;
    switch (wait) {
      case 'replica-lock':
        return unknown(step, 'AWS does not tell when a replica was added');
      case 'gone': {
        const gone = new Set(await this.live.missing(places));
        const standing = places.filter((place) => !gone.has(`${place} does not stand`));
        return answer(
          step,
          standing.map((place) => `${place} still stands`),
        );
      }
      case 'verified': {
        // Of the stack that has imported tables, those are looked at.
        const { reasons } = await this.compare(this.steps[at - 1]);
        const differences = reasons.filter((reason) => places.some((place) => reason.startsWith(place)));
        return answer(step, [...differences, ...(await this.live.unsettled(places))]);
      }
      default:
        return answer(step, [...(await this.notBegun(places, at)), ...(await this.live.unsettled(places))]);
    }
  }

  /** The changes that are waited for, as far as they are known not to be made yet. */
  private async notBegun(places: readonly string[], at: number): Promise<string[]> {
    const earlier = this.steps.slice(0, at);
    const changing = places.map((place) => earlier.map((step) => changedPlaces(step).includes(place)).lastIndexOf(true));
    const begun = [...new Set(changing)].filter((each) => each >= 0).sort((a, b) => a - b);
    const checks = await Promise.all(begun.map((each) => this.check(each)));
    return checks.filter(({ reached }) => reached === 'no').map(({ number }) => `step ${number} is not reached`);
  }

  /** Of what is done by hand, only who owns a table can be seen. */
  private async checkServer(step: PlannedStep): Promise<Check> {
    const { places, stacks } = step;
    if (places.length === 0 && stacks.length === 0) {
      return unknown(step, ONLY_YOU);
    }
    const owners = await Promise.all([
      ...stacks.map((stack) => standsStill(this.access, stack)),
      ...places.map((place) => ownedStill(this.access, ...partsOfPlace(place))),
    ]);
    const known = owners.flatMap((reasons) => reasons ?? []);
    const gone = await this.live.missing(places);
    const isTold = owners.every((reasons) => reasons !== undefined);
    return isTold || gone.length > 0 ? answer(step, [...gone, ...known]) : unknown(step, NO_CLOUDFORMATION);
  }

  /** A stack has the tables of its template as they are there, and none beside them. */
  private async compare(step: PlannedStep): Promise<{ reasons: string[]; isOwnerKnown: boolean }> {
    // The assembly has all stacks of the target; the step is about its own ones.
    const assembly = path.join(this.output, step.number);
    const defaults = { account: UNKNOWN_ACCOUNT, region: step.stacks[0]?.region };
    const found = await Promise.all(step.stacks.map((stack) => ownersInStack(this.access, stack)));
    const deployed = await withDeployedParameters(assembly, defaults, this.parameters);
    const written = await orUnreadable(assembly, () => readSource(assembly, deployed));
    const isOwn = (stack: AssemblyStack): boolean =>
      step.stacks.some(({ region, stackName }) => region === stack.region && stackName === stack.stackName);
    const source = withMadeNames(sourceOfStacks(written, isOwn, deployed), found.flat());
    const { stacks } = source;
    const tables = stacks.flatMap(({ key }) => source.tables.get(key) ?? []);
    const wanted = tables.flatMap(({ replicas }) => [...replicas.values()]);
    const namesIn = ({ key }: AssemblyStack): string[] => (source.tables.get(key) ?? []).map(({ name }) => name);
    const owners = await Promise.all(stacks.map((stack) => ownersMissing(this.access, stack, namesIn(stack))));
    const differences = await Promise.all(wanted.map((state) => this.live.differencesOf(state, step)));
    return {
      reasons: [...owners.flatMap((missing) => missing ?? []), ...differences.flat()],
      isOwnerKnown: owners.every((missing) => missing !== undefined),
    };
  }

  private async undone(at: number): Promise<string[]> {
    const found = await Promise.all(
      this.steps[at].calls.filter(isTold).map(async (call) => {
        const reasons = await this.undoneOfCall(call);
        return reasons.length > 0 && (await this.isOvertaken(call, at)) ? [] : reasons;
      }),
    );
    return [...new Set(found.flat())];
  }

  private async undoneOfCall(call: ApiCall): Promise<string[]> {
    return undoneOf(call, (await this.live.at(placeOf({ name: call.tableName }, call.region)))?.state);
  }

  /** Whether a later call that is made has changed the same part of the table again. */
  private async isOvertaken(call: ApiCall, at: number): Promise<boolean> {
    const later = this.steps.slice(at + 1).flatMap(({ calls }) => calls.filter((each) => isOfSamePart(each, call)));
    const reasons = await Promise.all(later.map((each) => this.undoneOfCall(each)));
    return reasons.some((each) => each.length === 0);
  }
}

/** The places where a step changes tables. */
function changedPlaces({ kind, aspects = [], calls, places }: PlannedStep): string[] {
  const changed = [...aspects, ...calls].map(({ tableName, region }) => placeOf({ name: tableName }, region));
  return kind === 'wait' ? [] : [...changed, ...places];
}

function answer(step: PlannedStep, reasons: readonly string[]): Check {
  return { number: step.number, title: shownTitle(step), reached: reasons.length === 0 ? 'yes' : 'no', reasons };
}

function unknown(step: PlannedStep, reason: string): Check {
  return { number: step.number, title: shownTitle(step), reached: 'unknown', reasons: [reason] };
}
