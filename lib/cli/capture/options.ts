import { didYouMean, Problems, quoted } from '../../errors';
import type { CaptureRecord } from '../../servers';
import type { Context, Option, Values } from '../command';
import { DEFAULT_OUTPUT, nameOption } from './name-options';
import { PROFILE_PARTS } from './runtime-profile';
import { captureRecord, SERVER_FACT_OPTIONS } from './server-facts';

export const CAPTURE_OPTIONS: { readonly [name: string]: Option } = {
  output: { value: 'DIRECTORY', summary: `where the files go (default: ${DEFAULT_OUTPUT})` },
  force: { summary: 'replace files of the same names in a directory that is not empty' },
  port: { value: 'PORT', summary: 'where to listen (default: 8000, any free port with a command)' },
  region: {
    value: 'REGION',
    summary: 'the region that the server is told (default: AWS_REGION, else that of --existing, else us-east-1)',
  },
  prefix: { value: 'PREFIX', summary: 'of the names of the tables, separator included; it is taken off' },
  existing: {
    value: 'ASSEMBLY',
    summary: 'make the tables of this cloud assembly first, and record what the server still calls',
  },
  deny: { value: 'ACTIONS', summary: 'answer these actions that they are not allowed, such as CreateTable, separated by commas' },
  upstream: { value: 'URL', summary: 'record in front of the server at this address' },
  sign: { summary: 'sign what goes to --upstream with your own AWS credentials, as AWS itself needs it' },
  ...SERVER_FACT_OPTIONS,
};

export interface CaptureOptions {
  readonly output: string;
  readonly force: boolean;
  readonly port: number;
  /** Undefined when nothing tells it. */
  readonly region: string | undefined;
  /** Undefined when it is to be recognised. */
  readonly prefix: string | undefined;
  readonly existing: string | undefined;
  readonly deny: ReadonlySet<string>;
  readonly upstream: string | undefined;
  readonly sign: boolean;
  readonly server: string | undefined;
  readonly captured: CaptureRecord;
  /** Empty when the server is started by someone else. */
  readonly command: readonly string[];
}

const REGION = /^[a-z]{2,}(-[a-z]+)+-\d+$/;
const PORT = /^\d{1,5}$/;
const LARGEST_PORT = 65_535;
const DEFAULT_PORT = '8000';
const ACTIONS: readonly string[] = Object.values(PROFILE_PARTS).flat();

/** @throws IdentityTablesError with every option that is wrong */
export function captureOptions({ values, env }: Pick<Context, 'values' | 'env'>): CaptureOptions {
  const problems = new Problems();
  const command = values.rest;
  const options = {
    output: values.text('output') ?? DEFAULT_OUTPUT,
    force: values.isOn('force'),
    port: portOf(values.text('port') ?? (command.length > 0 ? '0' : DEFAULT_PORT), problems),
    region: regionOf(values.text('region') ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION, problems),
    prefix: nameOption('prefix', values, problems),
    existing: values.text('existing'),
    deny: deniedActions(values, problems),
    upstream: values.text('upstream'),
    sign: signs(values, problems),
    server: values.text('server'),
    captured: captureRecord(values, problems),
    command,
  };
  problems.throwIfAny();
  return options;
}

function signs(values: Values, problems: Problems): boolean {
  const upstream = values.text('upstream') ?? '';
  const sign = values.isOn('sign');
  if (sign && !URL.canParse(upstream)) {
    problems.add('IDT0703', {
      what: "option '--sign' needs the address of a server",
      given: upstream === '' ? 'no --upstream' : `--upstream ${upstream}`,
      allowed: '--sign with --upstream https://dynamodb.<region>.amazonaws.com',
    });
  }
  return sign;
}

function portOf(given: string, problems: Problems): number {
  if (!PORT.test(given) || Number(given) > LARGEST_PORT) {
    problems.add('IDT0703', {
      what: "option '--port' is not a port",
      given: `'${given}'`,
      allowed: `0 for any free one, or a number up to ${LARGEST_PORT}`,
    });
  }
  return Number(given);
}

function regionOf(given: string | undefined, problems: Problems): string | undefined {
  if (given !== undefined && !REGION.test(given)) {
    problems.add('IDT0703', {
      what: "option '--region' is not a region",
      given: `'${given}'`,
      allowed: 'the code of a region, such as eu-central-1',
    });
  }
  return given;
}

function deniedActions(values: Values, problems: Problems): Set<string> {
  const actions = (values.text('deny')?.split(',') ?? []).map((action) => action.replace(/^dynamodb:/, ''));
  for (const action of actions.filter((each) => !ACTIONS.includes(each))) {
    problems.add('IDT0703', {
      what: `'${action}' is not an action that a runtime grant can have`,
      given: `--deny ${action}`,
      allowed: quoted([...ACTIONS].sort()),
      fix: didYouMean(action, ACTIONS, 'use one of the actions'),
    });
  }
  return new Set(actions);
}
