import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { fail } from '../errors';
import { UNKNOWN_ACCOUNT, type TableState } from '../state';
import type { Command, Context, ExitCode } from './command';
import { checkAcceptedPlaces } from './plan/accepted';
import { beginAt, beginLive, type Asked, type Beginning } from './plan/begin';
import { checkStep } from './plan/check-step';
import { checkTemplates } from './plan/check-templates';
import { checkOutput, prepareOutput } from './plan/output';
import { planFile, shownTitle, type PlanFile, type PlanHeader } from './plan/plan-file';
import { planSteps } from './plan/plan-steps';
import { planText } from './plan/plan-text';
import { writeAssemblies } from './plan/write-assemblies';
import { LiveAccess } from './verify/live-access';
import { countOf } from './words';

const LIVE = 'live';

export const plan: Command = {
  name: 'plan',
  summary: 'write the steps from what stands to a cloud assembly, none of which loses an item',
  description:
    'Compares live tables, or an older cloud assembly, with a new one and writes the steps between them: plan.md to read, plan.json,\n' +
    'and for each deployment an assembly of its own. It changes nothing. Steps that delete items are refused unless each is accepted.\n' +
    'With --check it tells whether a step was reached: exit code 0 when it was, 1 when not or when only you can know.',
  options: {
    from: { value: 'live|DIRECTORY', summary: 'where to start: the live tables, or an older cloud assembly (default: live)' },
    app: { value: 'DIRECTORY', summary: 'the cloud assembly to reach, output of cdk synth (default: cdk.out)' },
    output: { value: 'DIRECTORY', summary: 'where the plan is written (default: plan)' },
    endpoint: { value: 'URL', summary: 'the server with the live tables (default: AWS)' },
    region: { value: 'REGION', summary: 'the region of stacks that name none (default: AWS_REGION)' },
    'accept-data-loss': { value: 'TABLE@REGION', summary: 'items that may be lost; may be given several times', isList: true },
    force: { summary: 'write into a directory that is not empty, after removing the plan in it' },
    check: { value: 'NUMBER', summary: 'tell whether this step of the plan in --output was reached' },
  },
  example: 'npx cdk synth -q\nnpx identity-tables plan --from live --app cdk.out --output plan',
  run,
};

async function run(context: Context): Promise<ExitCode> {
  const { values } = context;
  const output = values.text('output') ?? 'plan';
  const number = values.text('check');
  return number === undefined ? makePlan(context, output) : check(context, output, number);
}

async function makePlan(context: Context, output: string): Promise<ExitCode> {
  const { values, env, report } = context;
  const app = values.text('app') ?? 'cdk.out';
  const from = values.text('from') ?? LIVE;
  checkOutput(output, from === LIVE ? [app] : [app, from], values.isOn('force'));
  const defaults = { account: UNKNOWN_ACCOUNT, region: values.text('region') ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION };
  const accepted = new Set((values.text('accept-data-loss') ?? '').split(',').filter((place) => place !== ''));
  const asked = { app, region: values.text('region'), defaults, accepted };
  const { input, ...sources } = from === LIVE ? await beginWithAccess(context, asked) : beginAt(from, asked);
  const { target } = sources;
  checkTables(app, from, [...input.current, ...target.states]);
  checkAcceptedPlaces(accepted, [...input.current, ...target.states]);
  const steps = planSteps(input);
  checkTemplates(steps, sources, accepted);
  const header: PlanHeader = { from: from === LIVE ? 'the live tables' : from, app, output, endpoint: values.text('endpoint') };
  const file = planFile(steps, header, input.stacks);
  prepareOutput(output);
  writeAssemblies(output, steps, sources);
  writeFileSync(path.join(output, 'plan.json'), `${JSON.stringify(file, undefined, 2)}\n`);
  writeFileSync(path.join(output, 'plan.md'), planText(file, header));
  report({ text: summary(file, output), json: file });
  return 0;
}

async function beginWithAccess(context: Context, asked: Asked): Promise<Beginning> {
  const access = await LiveAccess.open(context.values.text('endpoint'), context);
  try {
    return await beginLive(access, asked, context.progress);
  } finally {
    access.close();
  }
}

async function check(context: Context, output: string, number: string): Promise<ExitCode> {
  const { values, report } = context;
  const access = await LiveAccess.open(values.text('endpoint'), context);
  try {
    const result = await checkStep(access, output, number);
    const words = { yes: 'is reached', no: 'is not reached', unknown: 'cannot be checked' }[result.reached];
    const reasons = result.reasons.map((reason) => `  ${reason}`);
    report({ text: [`step ${result.number} ${words}: ${result.title}`, ...reasons].join('\n'), json: result });
    return result.reached === 'yes' ? 0 : 1;
  } finally {
    access.close();
  }
}

function checkTables(app: string, from: string, states: readonly TableState[]): void {
  if (states.length === 0) {
    const before = from === LIVE ? 'none that its stacks own' : `none in '${from}'`;
    fail('IDT0705', { what: 'there is no table to plan for', given: `no table in '${app}', and ${before}` });
  }
}

function summary({ steps }: PlanFile, output: string): string {
  if (steps.length === 0) {
    return 'nothing to do: the tables are as the app says; cdk deploy applies the rest';
  }
  const lines = steps.map((step) => `  ${step.number}  ${step.kind.padEnd(7)}  ${shownTitle(step)}`);
  return [`${countOf(steps.length, 'step')}, see ${path.join(output, 'plan.md')}`, '', ...lines].join('\n');
}
