import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { fail } from '../errors';
import { UNKNOWN_ACCOUNT, type AssemblyDefaults, type TableState } from '../state';
import type { Command, Context, ExitCode } from './command';
import { checkKnownRegions, REGION_CODE } from './known-regions';
import { checkAcceptedPlaces } from './plan/accepted';
import { checkStep } from './plan/check-step';
import { checkTemplates } from './plan/check-templates';
import { DeployedParameters, withDeployedParameters } from './plan/deployed-parameters';
import type { PlanInput } from './plan/input';
import { readLiveFacts } from './plan/live-facts';
import { checkOutput, prepareOutput } from './plan/output';
import { planFile, type PlanFile, type PlanHeader } from './plan/plan-file';
import { planSteps } from './plan/plan-steps';
import { planText } from './plan/plan-text';
import { planFromAssembly, planFromLive, readSource, type Source } from './plan/source';
import type { Sources } from './plan/step-templates';
import { writeAssemblies } from './plan/write-assemblies';
import { checkEqualNames, checkKnownNames } from './provision';
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
  checkRegionCode(values.text('region'));
  const { input, ...sources } = await (from === LIVE
    ? beginLive(context, app, defaults, accepted)
    : beginAt(context, app, readSource(from, defaults), defaults, accepted));
  const { target } = sources;
  checkTables(app, [...input.current, ...target.states]);
  checkAcceptedPlaces(accepted, [...input.current, ...target.states]);
  const steps = planSteps(input);
  checkTemplates(steps, sources, accepted);
  const header: PlanHeader = { from: from === LIVE ? 'the live tables' : from, app, output, endpoint: values.text('endpoint') };
  const file = planFile(steps, header, input.stacks);
  prepareOutput(output);
  writeAssemblies(output, steps, sources);
  writeFileSync(path.join(output, 'plan.json'), `${JSON.stringify(file, undefined, 2)}\n`);
  writeFileSync(path.join(output, 'plan.md'), planText(file));
  report({ text: summary(file, output), json: file });
  return 0;
}

/** The region of stacks that name none is one of the assembly, when it has such stacks. */
function checkRegionCode(region: string | undefined): void {
  if (region !== undefined && !REGION_CODE.test(region)) {
    fail('IDT0703', {
      what: "option '--region' is not a region",
      given: `'${region}'`,
      allowed: 'the code of one region, such as eu-central-1',
    });
  }
}

function checkRegion({ values }: Context, app: string, sources: readonly Source[]): void {
  const region = values.text('region');
  const known = sources.flatMap(({ stacks }) => stacks.map((stack) => stack.region));
  checkKnownRegions(region === undefined ? [] : [region], known, {
    assembly: app,
    otherwise: 'leave --region out: it places stacks that name no region, and a plan is always for all regions',
  });
}

/** Where a plan starts, as far as it is known. */
interface Beginning extends Sources {
  readonly input: PlanInput;
}

function beginAt(
  context: Context,
  app: string,
  old: Source,
  defaults: AssemblyDefaults,
  accepted: ReadonlySet<string>,
): Promise<Beginning> {
  const target = readSource(app, defaults);
  checkRegion(context, app, [target, old]);
  [target, old].forEach(({ states }) => checkEqualNames(states));
  return Promise.resolve({ input: planFromAssembly(old, target, accepted), target, old });
}

async function beginLive(
  context: Context,
  app: string,
  defaults: AssemblyDefaults,
  accepted: ReadonlySet<string>,
): Promise<Beginning> {
  const access = await LiveAccess.open(context.values.text('endpoint'), context);
  try {
    const parameters = new DeployedParameters(access);
    const target = readSource(app, await withDeployedParameters(app, defaults, parameters));
    checkRegion(context, app, [target]);
    checkEqualNames(target.states);
    const facts = await readLiveFacts(access, target, context.progress, parameters);
    const input = planFromLive(facts, target, accepted);
    checkKnownNames(input.target);
    return { input, target: facts.target ?? target, old: facts.deployed, streams: facts.streams };
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

function checkTables(app: string, states: readonly TableState[]): void {
  if (states.length === 0) {
    fail('IDT0705', { what: 'there is no table to plan for', given: `no table in '${app}', and none that its stacks own` });
  }
}

function summary({ steps }: PlanFile, output: string): string {
  if (steps.length === 0) {
    return 'nothing to do: the tables are as the app says; cdk deploy applies the rest';
  }
  const lines = steps.map(({ number, kind, title }) => `  ${number}  ${kind.padEnd(7)}  ${title}`);
  return [`${countOf(steps.length, 'step')}, see ${path.join(output, 'plan.md')}`, '', ...lines].join('\n');
}
