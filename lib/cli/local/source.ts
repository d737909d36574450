import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { didYouMean, fail, Problems, quoted } from '../../errors';
import { tableStatesOfAssembly, type TableState } from '../../state';
import { IdentityTablesStacks, Replication } from '../../tables';
import type { Context, Values } from '../command';
import { serverOf } from '../server-options';
import { LOCAL_ACCOUNT } from './account';
import { knownServer, knownServerOfTags, type KnownServer } from './known-server';
import { list } from './options';

const REGION = /^[a-z]{2,}(-[a-z]+)+-\d+$/;
const PRESETS: { readonly [preset: string]: () => Replication } = {
  none: () => Replication.none(),
  'absolute-minimal': () => Replication.absoluteMinimal(),
  minimal: () => Replication.minimal(),
  full: () => Replication.full(),
};
/** Options that say what to make when there is no app. */
const WITHOUT_APP = ['regions', 'preset'];

/** The tables that `local` is to make. */
export interface TableSource {
  /** Where they come from, for the user. */
  readonly title: string;
  readonly states: readonly TableState[];
  /** Their regions; that of the stack which owns the replicated tables comes first, as far as it is known. */
  readonly regions: readonly string[];
  /** The server whose tables they are, when that is known. */
  readonly server?: KnownServer;
  /** The cloud assembly; undefined without an app. */
  readonly assembly?: string;
}

/**
 * The tables of a cloud assembly, or those of a server without any app.
 * @throws IdentityTablesError when they cannot be read or made
 */
export function tableSource(context: Context): TableSource {
  const { values } = context;
  const isServerAlone = values.text('server') !== undefined && values.text('app') === undefined;
  checkWithoutApp(values, isServerAlone);
  return isServerAlone ? ofServer(values) : ofAssembly(context);
}

function ofAssembly(context: Context): TableSource {
  const { values } = context;
  const assembly = values.text('app') ?? 'cdk.out';
  const states = tableStatesOfAssembly(assembly, { account: LOCAL_ACCOUNT, region: defaultRegion(context) });
  const server = values.text('server') === undefined ? knownServerOfTags(states) : knownServer(values);
  return { title: assembly, states, regions: [...new Set(states.map(({ region }) => region))], server, assembly };
}

function ofServer(values: Values): TableSource {
  const server = knownServer(values);
  const regions = regionsOf(values);
  const [primaryRegion, ...replicaRegions] = regions;
  const preset = values.text('preset');
  const outdir = mkdtempSync(path.join(tmpdir(), 'identity-tables-'));
  try {
    const app = new App({ outdir, analyticsReporting: false });
    new IdentityTablesStacks(app, 'Identity', {
      server: serverOf(values),
      account: LOCAL_ACCOUNT,
      primaryRegion,
      replicaRegions,
      tablePrefix: values.text('prefix'),
      replication: preset === undefined ? undefined : presetOf(preset),
    });
    // The checks of CDK take seconds, and nothing is deployed from here.
    process.env.CDK_VALIDATION ??= 'false';
    app.synth();
    const states = tableStatesOfAssembly(outdir, { account: LOCAL_ACCOUNT, region: primaryRegion });
    const { title, version } = server.definition;
    return { title: version === undefined ? title : `${title} ${version}`, states, regions, server };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** @throws IdentityTablesError when there is nothing to watch */
export function checkWatched(isWatched: boolean, { assembly }: TableSource): void {
  if (isWatched && assembly === undefined) {
    fail('IDT0703', {
      what: "option '--watch' needs a cloud assembly",
      given: '--watch and --server without --app',
      allowed: '--app DIRECTORY --watch',
      fix: 'drop --watch, or pass --app',
    });
  }
}

function presetOf(preset: string): Replication {
  const presets = Object.keys(PRESETS);
  return Object.hasOwn(PRESETS, preset)
    ? PRESETS[preset]()
    : fail('IDT0703', {
        what: `'${preset}' is not a preset`,
        given: `--preset ${preset}`,
        allowed: quoted(presets),
        fix: didYouMean(preset, presets, 'use one of the presets'),
      });
}

function regionsOf(values: Values): string[] {
  const regions = list(values.text('regions'));
  return regions.length > 0
    ? regions
    : fail('IDT0703', {
        what: "option '--regions' is missing: it says where the tables of --server stand",
        given: '--server without --regions or --app',
        allowed: '--regions eu-central-1,us-east-1, the primary region first',
        fix: 'add --regions, or --app with a cloud assembly',
      });
}

function checkWithoutApp(values: Values, isServerAlone: boolean): void {
  const problems = new Problems();
  for (const option of WITHOUT_APP) {
    if (!isServerAlone && values.text(option) !== undefined) {
      problems.add('IDT0703', {
        what: `option '--${option}' is for the tables of a server without an app`,
        given: `--${option}`,
        allowed: `--server SERVER --${option} …, without --app`,
        fix: `drop --${option}: the cloud assembly says it`,
      });
    }
  }
  problems.throwIfAny();
}

function defaultRegion({ values, env }: Context): string | undefined {
  const given = values.text('region');
  if (given !== undefined && !REGION.test(given)) {
    fail('IDT0703', {
      what: "option '--region' is not a region",
      given: `'${given}'`,
      allowed: 'the code of a region, such as eu-central-1',
    });
  }
  return given ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
}
