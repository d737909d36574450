import { Problems } from '../../errors';
import type { Context, Option, Values } from '../command';
import { REGION_CODE } from '../known-regions';

export const VERIFY_OPTIONS: { readonly [name: string]: Option } = {
  app: { value: 'DIRECTORY', summary: 'the cloud assembly, output of cdk synth (default: cdk.out)' },
  endpoint: { value: 'URL', summary: 'the server with the live tables (default: AWS)' },
  against: { value: 'DIRECTORY', summary: 'outputs of aws dynamodb describe-table, instead of a server' },
  region: { value: 'REGIONS', summary: 'only these regions, separated by commas (default: those of the assembly)' },
  wait: { summary: 'wait until nothing is in between: made, changed, filled, turned on or off' },
  timeout: { value: 'DURATION', summary: 'how long to wait at most, such as 90s, 30m or 2h (default: 1h)' },
};

export interface VerifyOptions {
  readonly assembly: string;
  readonly endpoint: string | undefined;
  readonly against: string | undefined;
  /** Undefined for those of the assembly. */
  readonly regions: readonly string[] | undefined;
  /** The region of stacks that name none. */
  readonly defaultRegion: string | undefined;
  /** 0 when nothing is waited for. */
  readonly waitMs: number;
}

const DURATION = /^(\d+)(s|m|h)$/;
const UNIT_MS: { readonly [unit: string]: number } = { s: 1_000, m: 60_000, h: 3_600_000 };
const DEFAULT_WAIT = '1h';

/** @throws IdentityTablesError with every option that is wrong */
export function verifyOptions({ values, env }: Pick<Context, 'values' | 'env'>): VerifyOptions {
  const problems = new Problems();
  const regions = regionsOf(values, problems);
  const waitMs = durationOf(values.text('timeout') ?? DEFAULT_WAIT, problems);
  checkTogether(values, problems);
  problems.throwIfAny();
  return {
    assembly: values.text('app') ?? 'cdk.out',
    endpoint: values.text('endpoint'),
    against: values.text('against'),
    regions,
    defaultRegion: regions?.length === 1 ? regions[0] : (env.AWS_REGION ?? env.AWS_DEFAULT_REGION),
    waitMs: values.isOn('wait') ? waitMs : 0,
  };
}

function regionsOf(values: Values, problems: Problems): string[] | undefined {
  const regions = values.text('region')?.split(',');
  for (const region of regions ?? []) {
    if (!REGION_CODE.test(region)) {
      problems.add('IDT0703', {
        what: "option '--region' has something that is not a region",
        given: `'${region}'`,
        allowed: 'codes of regions, such as eu-central-1,us-east-1',
      });
    }
  }
  return regions && [...new Set(regions)];
}

function durationOf(text: string, problems: Problems): number {
  const [, count, unit] = DURATION.exec(text) ?? [];
  if (unit === undefined) {
    problems.add('IDT0703', {
      what: "option '--timeout' is not a duration",
      given: `'${text}'`,
      allowed: 'a number with s, m or h, such as 90s, 30m or 2h',
    });
    return 0;
  }
  return Number(count) * UNIT_MS[unit];
}

function checkTogether(values: Values, problems: Problems): void {
  const without = (option: string, other: string, why: string): void => {
    problems.add('IDT0703', {
      what: `option '--${option}' ${why}`,
      given: `--${option} with --${other}`,
      allowed: 'one of the two',
    });
  };
  if (values.text('against') !== undefined && values.text('endpoint') !== undefined) {
    without('endpoint', 'against', 'names a server, and files are compared');
  }
  if (values.text('against') !== undefined && values.isOn('wait')) {
    without('wait', 'against', 'has nothing to wait for, since files do not change');
  }
  if (values.text('timeout') !== undefined && !values.isOn('wait')) {
    problems.add('IDT0703', {
      what: "option '--timeout' needs the option '--wait'",
      given: '--timeout without --wait',
      allowed: '--wait with --timeout, or none of the two',
    });
  }
}
