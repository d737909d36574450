import { wholeOf, type TableAspect } from './aspects';
import type { ApiCall, Loss, Step } from './step';
import { mappingFile, stepNumber } from './write-assemblies';
import type { StackInfo } from './input';
import { shellWord } from '../../errors';
import { placesOf } from './table';
import { UNDO_TEMPLATE } from './words';

/** A step as plan.json has it. */
export interface PlannedStep {
  readonly number: string;
  readonly kind: Step['kind'];
  readonly title: string;
  readonly why: string;
  readonly duration: string;
  readonly billed: string;
  readonly back: string;
  readonly downtime?: string;
  readonly notes: readonly string[];
  /** What to run, in the directory above the plan. */
  readonly commands: readonly string[];
  readonly changes: readonly string[];
  /** What it changes of tables, by which a check tells whether it was reached; all of them are as in its assembly when left out. */
  readonly aspects?: readonly TableAspect[];
  /** Stacks that the step deploys or removes. */
  readonly stacks: ReadonlyArray<{ readonly region: string; readonly stackName: string }>;
  readonly calls: readonly ApiCall[];
  readonly wait?: string;
  readonly places: readonly string[];
  readonly region?: string;
  readonly instructions: readonly string[];
  readonly losses: readonly Loss[];
}

/** The title of a step for a person. The same is done with the servers of several regions, one after another. */
export function shownTitle({ title, region }: Pick<PlannedStep, 'title' | 'region'>): string {
  return region === undefined ? title : `${region}: ${title}`;
}

/** The content of plan.json. */
export interface PlanFile {
  readonly from: string;
  readonly app: string;
  readonly steps: readonly PlannedStep[];
}

/** Where a plan comes from and goes to, in words. */
export interface PlanHeader {
  readonly from: string;
  readonly app: string;
  readonly output: string;
  readonly endpoint: string | undefined;
}

export function planFile(steps: readonly Step[], header: PlanHeader, stacks: readonly StackInfo[]): PlanFile {
  const { from, app } = header;
  const planned = steps.map((step, index) => {
    const number = stepNumber(index, steps.length);
    const back = step.back.replaceAll(UNDO_TEMPLATE, undoOf(steps, index, stacks));
    return plannedStep({ ...step, back }, number, header, stacks);
  });
  return { from, app, steps: planned };
}

/** The deployments that take a step back: of each of its stacks, the one before. */
function undoOf(steps: readonly Step[], index: number, stacks: readonly StackInfo[]): string {
  const undone = stacksOf(steps[index]).map((stack) => {
    const before = steps
      .slice(0, index)
      .map((other) => stacksOf(other).includes(stack))
      .lastIndexOf(true);
    const undo =
      before < 0 ? 'deploy the app as it was before this plan' : `deploy step ${stepNumber(before, steps.length)} again`;
    return { undo, selector: selectorOf(stack, stacks) };
  });
  const ways = [...new Set(undone.map(({ undo }) => undo))];
  if (ways.length === 1) {
    return ways[0];
  }
  const ofWay = (way: string): string[] => undone.flatMap(({ undo, selector }) => (undo === way ? [selector] : []));
  return ways.map((way) => `${way} for ${ofWay(way).join(', ')}`).join(', ');
}

function selectorOf(stack: string, stacks: readonly StackInfo[]): string {
  return stacks.find(({ key }) => key === stack)?.selector ?? stack;
}

function stacksOf(step: Step): string[] {
  switch (step.kind) {
    case 'deploy':
      return step.stacks.map(({ stack }) => stack);
    case 'import':
      return [step.stack.stack];
    default:
      return [];
  }
}

function plannedStep(step: Step, number: string, header: PlanHeader, stacks: readonly StackInfo[]): PlannedStep {
  const { kind, title, why, duration, billed, back, downtime, notes = [] } = step;
  const empty = { changes: [], stacks: [], calls: [], places: [], instructions: [], losses: [] };
  const text = { number, kind, title, why, duration, billed, back, notes, ...(downtime !== undefined && { downtime }) };
  return { ...empty, ...text, commands: commandsOf(step, number, header, stacks), ...contentOf(step) };
}

function contentOf(step: Step): Partial<PlannedStep> {
  switch (step.kind) {
    case 'deploy':
      return {
        changes: step.changes.map(({ table, text, note }) =>
          [table === undefined ? text : `${table}: ${text}`, note].filter(Boolean).join('; '),
        ),
        stacks: step.stacks.map(({ stack }) => stackOf(stack)),
        ...(step.aspects && { aspects: step.aspects }),
      };
    case 'import':
      return {
        changes: step.imported.map((table) => `${table.name}: imported in ${[...table.replicas.keys()].join(', ')}`),
        stacks: [stackOf(step.stack.stack)],
        aspects: step.imported.flatMap(wholeOf),
      };
    case 'api':
      return { calls: step.calls };
    case 'wait':
      return { wait: step.name, places: step.places };
    case 'server':
      return {
        instructions: step.instructions,
        places: (step.letsGo ?? []).flatMap(placesOf),
        stacks: (step.removedStacks ?? []).map(stackOf),
        ...(step.region !== undefined && { region: step.region }),
      };
    case 'confirm':
      return { losses: step.losses };
  }
}

function stackOf(key: string): { region: string; stackName: string } {
  const [, region, stackName] = key.split('/');
  return { region, stackName };
}

function commandsOf(step: Step, number: string, header: PlanHeader, stacks: readonly StackInfo[]): string[] {
  const selector = (stack: string): string => shellWord(selectorOf(stack, stacks));
  const output = shellWord(header.output);
  const app = shellWord(`${header.output}/${number}`);
  const endpoint = header.endpoint === undefined ? '' : ` --endpoint ${shellWord(header.endpoint)}`;
  switch (step.kind) {
    case 'deploy':
      return [`npx cdk deploy --app ${app} ${step.stacks.map(({ stack }) => selector(stack)).join(' ')} --exclusively`];
    case 'import':
      return [
        `npx cdk import --app ${app} ${selector(step.stack.stack)} --resource-mapping ${shellWord(`${header.output}/${mappingFile(number)}`)}`,
      ];
    case 'api':
      return step.calls.map(({ command }) => command);
    case 'wait':
      return step.name === 'replica-lock' ? [] : [`npx identity-tables plan --check ${number} --output ${output}${endpoint}`];
    case 'server':
    case 'confirm':
      return [];
  }
}
