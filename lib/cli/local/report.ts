import type { Problem } from '../../errors';
import type { TableState } from '../../state';
import { MADE_UP_CREDENTIALS } from '../aws/endpoint';
import { columns } from '../columns';
import type { Report } from '../command';
import { grid, MARKS, placement } from './grid';
import { standingTables } from './problems';
import { pointers } from './pointers';
import { runningText, type Running } from './running-text';
import type { LocalServer } from './server';
import type { TableSource } from './source';
import type { Fate, Provisioned, TableOutcome } from '../provision';
import { countOf } from '../words';

export interface LocalResult {
  readonly source: TableSource;
  readonly server: LocalServer;
  /** Undefined when the command ends with this result. */
  readonly running?: Running;
  readonly provisioned: Provisioned;
  readonly problems: readonly Problem[];
  readonly seconds: number;
}

/** A setting that the tables do not have as the assembly asks for it. */
interface Gap {
  readonly setting: string;
  readonly reason: string;
  readonly tables: number;
}

/** The result of `local`: tables by regions, what the server cannot do, and how it went. */
export function localReport(result: LocalResult): Report {
  const { source, server, running, provisioned, problems, seconds } = result;
  const gaps = gapsOf(result);
  const ways = running && pointers({ endpoint: server.endpoint.url, regions: source.regions, server: source.server });
  return {
    text: [
      `tables of ${source.title} on ${server.isEmbedded ? 'the embedded engine' : server.endpoint.url}`,
      grid(provisioned.outcomes),
      ...(gaps.length === 0 ? [] : [`not supported by this engine:\n${gapLines(gaps)}`]),
      ...(server.isEmbedded || standingTables(provisioned) === 0 ? [] : [howToLook(result)]),
      ...(running === undefined || ways === undefined ? [] : [runningText(running, source, ways)]),
      `${countsText(provisioned.outcomes)} in ${seconds.toFixed(2)} s`,
    ].join('\n\n'),
    json: {
      assembly: source.title,
      endpoint: server.endpoint.url,
      embedded: server.isEmbedded,
      credentials: server.endpoint.credentialSource,
      tables: provisioned.outcomes.map(jsonOf),
      notSupported: gaps,
      ...(running && { running, pointers: ways }),
      problems,
      seconds,
    },
  };
}

/** Settings that were not applied, and those that the server only remembers, each with the number of tables. */
function gapsOf({ provisioned, server }: LocalResult): Gap[] {
  const gaps = new Map<string, Gap>();
  const count = (setting: string, reason: string): void => {
    const key = `${setting}: ${reason}`;
    gaps.set(key, { setting, reason, tables: (gaps.get(key)?.tables ?? 0) + 1 });
  };
  for (const { state, fate, notApplied } of provisioned.outcomes) {
    notApplied.forEach(({ setting, reason }) => count(setting, reason));
    const stands = fate === 'created' || fate === 'kept';
    for (const setting of stands ? wantedSettings(state) : []) {
      if (Object.hasOwn(server.remembersOnly, setting)) {
        count(setting, server.remembersOnly[setting]);
      }
    }
  }
  return [...gaps.values()];
}

function wantedSettings(state: TableState): string[] {
  const { pointInTimeRecovery, contributorInsights, resourcePolicy } = state;
  const wanted: readonly [string, boolean][] = [
    ['point-in-time recovery', pointInTimeRecovery.enabled],
    ['contributor insights', contributorInsights.enabled || contributorInsights.indexes.length > 0],
    ['resource policy', resourcePolicy !== undefined],
  ];
  return wanted.filter(([, isWanted]) => isWanted).map(([setting]) => setting);
}

function gapLines(gaps: readonly Gap[]): string {
  return columns(gaps.map(({ setting, reason, tables }) => ['', setting, countOf(tables, 'table'), reason]));
}

function howToLook({ server, provisioned }: LocalResult): string {
  const { url, credentials, credentialSource } = server.endpoint;
  const { accessKeyId, secretAccessKey } = MADE_UP_CREDENTIALS;
  const keys =
    credentials === MADE_UP_CREDENTIALS ? `AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey} ` : '';
  const { region } = provisioned.outcomes[0].state;
  return `credentials: ${credentialSource}; to look:\n  ${keys}aws dynamodb list-tables --endpoint-url ${url} --region ${region}`;
}

function countsText(outcomes: readonly TableOutcome[]): string {
  const regions = new Set(outcomes.map(({ state }) => state.region)).size;
  const counts = (Object.keys(MARKS) as Fate[])
    .map((fate) => [outcomes.filter((outcome) => outcome.fate === fate).length, fate] as const)
    .filter(([count]) => count > 0)
    .map(([count, fate]) => `${count} ${fate}`);
  return `${countOf(outcomes.length, 'table')} in ${countOf(regions, 'region')}: ${counts.join(', ')}`;
}

function jsonOf({ state, fate, notApplied }: TableOutcome): object {
  const { schema, timeToLive, pointInTimeRecovery } = state;
  return {
    table: state.tableName,
    region: state.region,
    fate,
    placement: placement(state),
    partitionKey: schema.partitionKey.name,
    sortKey: schema.sortKey?.name,
    globalIndexes: schema.globalIndexes.map(({ indexName }) => indexName),
    localIndexes: schema.localIndexes.map(({ indexName }) => indexName),
    timeToLiveAttribute: timeToLive.enabled ? timeToLive.attribute : undefined,
    recoveryPeriodInDays: pointInTimeRecovery.enabled ? pointInTimeRecovery.days : undefined,
    deletionProtection: state.deletionProtection,
    stream: state.stream,
    tags: state.tags,
    notApplied,
  };
}
