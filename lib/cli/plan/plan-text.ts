import { countOf } from '../words';
import type { PlanFile, PlannedStep } from './plan-file';

const KINDS: { readonly [kind in PlannedStep['kind']]: string } = {
  deploy: 'deploy',
  import: 'import',
  api: 'call',
  wait: 'wait',
  server: 'by hand',
  confirm: 'confirm',
};

/** plan.md: the whole plan for the person who runs it. */
export function planText(plan: PlanFile): string {
  const { steps, from, app } = plan;
  if (steps.length === 0) {
    return `# Plan\n\nFrom ${from} to ${app} there is nothing to do: the tables are as the app says. \`cdk deploy\` applies the rest.\n`;
  }
  return [
    '# Plan',
    '',
    `From ${from} to ${app}: ${countOf(steps.length, 'step')}. Run them in this order, from the directory in which this plan was made.`,
    'A plan that was interrupted is made anew: it plans the rest.',
    '',
    ...lossText(steps),
    ...downtimeText(steps),
    '| step | kind | what | how long |',
    '| --- | --- | --- | --- |',
    ...steps.map(({ number, kind, title, duration }) => `| ${number} | ${KINDS[kind]} | ${title} | ${duration} |`),
    '',
    ...steps.flatMap(stepText),
    'Afterwards `npx identity-tables verify --wait` tells whether every region is as the app says.',
    '',
  ].join('\n');
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
    `## ${step.number} ${step.title}`,
    '',
    ...(step.commands.length === 0 ? [] : ['```', ...step.commands, '```', '']),
    ...(items.length === 0 ? [] : [...items.map((item) => `- ${item}`), '']),
    `Why: ${step.why}. Takes ${step.duration}. Billed: ${step.billed}. Back: ${step.back}.`,
    '',
  ];
}
