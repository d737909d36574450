import { fail, IdentityTablesError, type Problem } from '../../errors';
import type { AssemblyDefaults } from '../../state';
import { checkKnownRegions, REGION_CODE } from '../known-regions';
import { checkEqualNames, checkKnownNames } from '../provision';
import type { LiveAccess } from '../verify/live-access';
import { DeployedParameters, withDeployedParameters } from '../verify/deployed-parameters';
import type { PlanInput } from './input';
import { readLiveFacts } from './live-facts';
import { planFromAssembly, planFromLive, readSource, type Source } from './source';
import type { Sources } from './step-templates';

/** What a plan was asked for. */
export interface Asked {
  /** The assembly to reach. */
  readonly app: string;
  /** The region of stacks that name none, as it was given. */
  readonly region: string | undefined;
  readonly defaults: AssemblyDefaults;
  /** Places whose items may be lost. */
  readonly accepted: ReadonlySet<string>;
}

/** Where a plan starts, as far as it is known. */
export interface Beginning extends Sources {
  readonly input: PlanInput;
}

/** A plan that starts at an older assembly. */
export function beginAt(from: string, { app, region, defaults, accepted }: Asked): Beginning {
  checkRegionCode(region);
  const target = readSource(app, defaults);
  const old = readFrom(from, defaults);
  checkRegion(region, app, [target, old]);
  checkEqualNames(target.states);
  return { input: planFromAssembly(old, target, accepted), target, old };
}

/** A plan that starts at what stands. */
export async function beginLive(
  access: LiveAccess,
  { app, region, defaults, accepted }: Asked,
  progress: (text: string) => void,
): Promise<Beginning> {
  checkRegionCode(region);
  const parameters = new DeployedParameters(access);
  const source = readSource(app, await withDeployedParameters(app, defaults, parameters));
  checkRegion(region, app, [source]);
  checkEqualNames(source.states);
  const facts = await readLiveFacts(access, source, progress, parameters);
  const input = planFromLive(facts, source, accepted);
  checkKnownNames(input.target);
  return { input, target: facts.target ?? source, old: facts.deployed, streams: facts.streams };
}

/** The older assembly. Its problems name the option that it was passed with, and not that of the target. */
function readFrom(from: string, defaults: AssemblyDefaults): Source {
  try {
    const source = readSource(from, defaults);
    checkEqualNames(source.states);
    return source;
  } catch (error) {
    if (!(error instanceof IdentityTablesError)) {
      throw error;
    }
    const named = ({ what, fix, ...problem }: Problem): Problem => ({
      ...problem,
      what: `--from ${from}: ${what}`,
      fix: fix.replaceAll('--app', '--from'),
    });
    throw new IdentityTablesError(error.problems.map(named));
  }
}

function checkRegionCode(region: string | undefined): void {
  if (region !== undefined && !REGION_CODE.test(region)) {
    fail('IDT0703', {
      what: "option '--region' is not a region",
      given: `'${region}'`,
      allowed: 'the code of one region, such as eu-central-1',
    });
  }
}

/** The region of stacks that name none is one of the assembly, when it has such stacks. */
function checkRegion(region: string | undefined, app: string, sources: readonly Source[]): void {
  const known = sources.flatMap(({ stacks }) => stacks.map((stack) => stack.region));
  checkKnownRegions(region === undefined ? [] : [region], known, {
    assembly: app,
    otherwise: 'leave --region out: it places stacks that name no region, and a plan is always for all regions',
  });
}
