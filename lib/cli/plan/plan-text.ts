import { shellWord } from '../../errors';
import { countOf } from '../words';
import { shownTitle, type PlanFile, type PlanHeader, type PlannedStep } from './plan-file';

/** What a kind of step asks of the person who runs it, where the word does not say it. */
const KINDS: ReadonlyArray<readonly [PlannedStep['kind'], string]> = [
  ['api', 'calls of the AWS CLI, with your own credentials'],
  ['server', 'by hand: what you do with the servers, or beside CloudFormation'],
  ['confirm', 'nothing to run: the last moment to stop before something is lost'],
];

/** plan.md: the whole plan for the person who runs it. */
export function planText(plan: PlanFile, header: PlanHeader): string {
  const { steps, from, app } = plan;
  if (steps.length === 0) {
    return `# Plan\n\nFrom ${from} to ${app} there is nothing to do: the tables are as the app says. \`cdk deploy\` applies the rest.\n`;
  }
  return [
    '# Plan',
    '',
    `From ${from} to ${app}: ${countOf(steps.length, 'step')}. Run them in this order, from the directory in which this plan was made.`,
    'When a step fails, or you stop: plan again with --from live and another --output. That plan has the steps that are left. Keep this',
    'directory until you are done, since the way back deploys from it.',
    '',
    ...lossText(steps),
    ...downtimeText(steps),
    '| step | kind | what | how long |',
    '| --- | --- | --- | --- |',
    ...steps.map((step) => `| ${step.number} | ${step.kind} | ${shownTitle(step)} | ${step.duration} |`),
    '',
    ...kindsText(steps),
    ...steps.flatMap(stepText),
    `Afterwards \`${verifyCommand(header)}\` tells whether every region is as the app says.`,
    '',
  ].join('\n');
}

function kindsText(steps: readonly PlannedStep[]): string[] {
  const used = KINDS.filter(([name]) => steps.some(({ kind }) => kind === name));
  return used.length === 0 ? [] : [...used.map(([name, text]) => `- ${name}: ${text}`), ''];
}

function verifyCommand({ app, endpoint }: PlanHeader): string {
  const at = endpoint === undefined ? '' : ` --endpoint ${shellWord(endpoint)}`;
  return `npx identity-tables verify --app ${shellWord(app)}${at} --wait`;
}

function lossText(steps: readonly PlannedStep[]): string[] {
  const losses = steps.flatMap((step) => step.losses.map(({ text }) => `- with step ${after(steps, step)}: ${text}`));
  return losses.length === 0 ? ['Nothing is lost.', ''] : ['What is lost:', '', ...losses, ''];
}

function after(steps: readonly PlannedStep[], step: PlannedStep): string {
  return steps[steps.indexOf(step) + 1]?.number ?? step.number;
}

/** From where the server of a region is stopped to where it is started again. */
function downtimeText(steps: readonly PlannedStep[]): string[] {
  const marked = steps.filter(({ downtime }) => downtime !== undefined);
  const lines = marked.map(({ number, region, downtime }) => `- step ${number}, ${region}: ${downtime}`);
  return lines.length === 0 ? ['Every region is served all the time.', ''] : ['Downtime:', '', ...lines, ''];
}

function stepText(step: PlannedStep): string[] {
  const items = [
    ...step.changes,
    ...(step.kind === 'wait' ? step.places : []),
    ...(step.kind === 'wait' && step.commands.length > 0 ? ['run the command again until it says that the step is reached'] : []),
    ...step.instructions,
    ...step.losses.map(({ text }) => text),
    ...step.notes.map((note) => `note: ${note}`),
  ];
  return [
    `## ${step.number} ${shownTitle(step)}`,
    '',
    ...(step.commands.length === 0 ? [] : ['```', ...step.commands, '```', '']),
    ...(items.length === 0 ? [] : [...items.map((item) => `- ${item}`), '']),
    ...factsText(step),
    '',
  ];
}

/** A line for each question of the reader. */
function factsText({ why, duration, billed, back }: PlannedStep): string[] {
  return [`- Why: ${why}.`, `- How long: ${duration}.`, `- Billed: ${billed}.`, `- Way back: ${back}.`];
}
