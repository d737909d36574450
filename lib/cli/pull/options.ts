import { NAME_CHARACTERS, Problems } from '../../errors';
import type { CaptureRecord } from '../../servers';
import { DEFAULT_OUTPUT, nameOption } from '../capture/name-options';
import { captureRecord, SERVER_FACT_OPTIONS } from '../capture/server-facts';
import type { Context, Option, Values } from '../command';
import type { Wanted } from './select';

export const PULL_OPTIONS: { readonly [name: string]: Option } = {
  region: { value: 'REGION', summary: 'where the tables are (default: AWS_REGION)' },
  prefix: { value: 'PREFIX', summary: 'of the names of the tables, separator included; it is taken off' },
  tables: { value: 'NAMES', summary: 'only these, without the prefix, separated by commas' },
  map: { value: 'LIVE=BASE', summary: 'names a table whose name is not that of the server, several separated by commas' },
  endpoint: { value: 'URL', summary: 'a DynamoDB-compatible server (default: AWS)' },
  output: { value: 'DIRECTORY', summary: `where the files go (default: ${DEFAULT_OUTPUT})` },
  force: { summary: 'replace files of the same names in a directory that is not empty' },
  timeout: { value: 'SECONDS', summary: 'how long to wait for tables that are being made or changed (default: 60)' },
  ...SERVER_FACT_OPTIONS,
};

export interface PullOptions {
  readonly region: string;
  readonly wanted: Wanted;
  readonly endpoint: string | undefined;
  readonly output: string;
  readonly force: boolean;
  readonly waitMs: number;
  readonly server: string | undefined;
  readonly captured: CaptureRecord;
}

const REGION = /^[a-z]{2,}(-[a-z]+)+-\d+$/;
const SECONDS = /^\d{1,5}$/;
const DEFAULT_SECONDS = '60';

/** @throws IdentityTablesError with every option that is wrong */
export function pullOptions({ values, env }: Pick<Context, 'values' | 'env'>): PullOptions {
  const problems = new Problems();
  const region = regionOf(values, env, problems);
  const seconds = values.text('timeout') ?? DEFAULT_SECONDS;
  if (!SECONDS.test(seconds)) {
    problems.add('IDT0703', {
      what: "option '--timeout' is not a number of seconds",
      given: `'${seconds}'`,
      allowed: 'such as 60',
    });
  }
  const options = {
    region,
    wanted: {
      prefix: nameOption('prefix', values, problems) ?? '',
      tables: values.text('tables')?.split(','),
      map: mapOf(values, problems),
    },
    endpoint: values.text('endpoint'),
    output: values.text('output') ?? DEFAULT_OUTPUT,
    force: values.isOn('force'),
    waitMs: Number(seconds) * 1_000,
    server: values.text('server'),
    captured: captureRecord(values, problems),
  };
  problems.throwIfAny();
  return options;
}

function regionOf(values: Values, env: NodeJS.ProcessEnv, problems: Problems): string {
  const region = values.text('region') ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  if (region === undefined || !REGION.test(region)) {
    problems.add('IDT0703', {
      what: region === undefined ? "option '--region' is missing" : "option '--region' is not a region",
      given: region === undefined ? 'no --region, and no AWS_REGION' : `'${region}'`,
      allowed: 'the code of one region, such as eu-central-1',
      fix: 'add --region',
    });
  }
  return region ?? '';
}

function mapOf(values: Values, problems: Problems): Map<string, string> {
  const map = new Map<string, string>();
  for (const pair of values.text('map')?.split(',') ?? []) {
    const [live, base, ...rest] = pair.split('=');
    if (!live || !base || rest.length > 0 || !NAME_CHARACTERS.test(live) || !NAME_CHARACTERS.test(base)) {
      problems.add('IDT0703', {
        what: "option '--map' has something that is not LIVE=BASE",
        given: `'${pair}'`,
        allowed: 'the name of a live table, = and the base name of its file, such as prod-subjects=sub_index',
      });
    } else {
      map.set(live, base);
    }
  }
  return map;
}
