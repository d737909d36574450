import { Problems } from '../../errors';
import { renamed } from '../../schema';
import type { LiveTable } from '../../state';
import type { CapturedTable } from '../capture/captured-table';
import { errorText } from '../aws/service-error';
import type { LiveAccess } from '../verify/live-access';
import { reachOf } from '../verify/read-error';
import { REFUSED, UNANSWERED, unansweredOf } from '../verify/unanswered';
import type { Ending, RegionReading } from '../verify/read-regions';
import type { Selected, Wanted } from './select';

/** States of a table in which it answers, and keeps its keys. */
const STANDING: ReadonlySet<string> = new Set(['ACTIVE', 'UPDATING']);

/** What the files say of the tables that are ready. Those that are not, and settings that could not be read, are problems. */
export function pulledTables(
  reading: RegionReading,
  selected: readonly Selected[],
  { prefix }: Wanted,
  problems: Problems,
): CapturedTable[] {
  for (const { tableName, reason } of reading.failures) {
    problems.add('IDT1205', { what: `'${tableName}' in ${reading.region} could not be read`, given: reason });
  }
  // They come in the order of the answers.
  const tables = [...reading.tables].sort((a, b) => (a.state.tableName < b.state.tableName ? -1 : 1));
  return tables.flatMap((table) => {
    const { state } = table;
    const baseName = selected.find(({ liveName }) => liveName === state.tableName)?.baseName ?? state.tableName;
    const stuck = table.inBetween.find(({ subject, status }) => subject === 'table' && !STANDING.has(status));
    if (stuck !== undefined) {
      problems.add('IDT1411', {
        what: `'${state.tableName}' is not written: ${stuck.meaning}`,
        given: stuck.status,
        allowed: 'ACTIVE',
      });
      return [];
    }
    const tableName = state.tableName.startsWith(prefix) ? state.tableName.slice(prefix.length) : state.tableName;
    return [
      {
        baseName,
        schema: renamed(state.schema, tableName),
        ...(state.timeToLive.enabled && { timeToLiveAttribute: state.timeToLive.attribute }),
        ...(isRead(table, 'point-in-time-recovery', problems) && { pointInTimeRecovery: state.pointInTimeRecovery.enabled }),
        notes: isRead(table, 'time-to-live', problems) ? [] : ['time to live could not be read'],
      },
    ];
  });
}

function isRead({ state, unread }: LiveTable, kind: LiveTable['unread'][number]['kind'], problems: Problems): boolean {
  const gap = unread.find((each) => each.kind === kind);
  // A server that does not know the call does not have the setting.
  if (gap !== undefined && gap.cause !== 'unsupported') {
    const { code, since } = unansweredOf(gap.cause) ?? REFUSED;
    problems.add(code, {
      what: `${kind} of '${state.tableName}' in ${state.region} could not be read${since}`,
      given: gap.reason,
    });
  }
  return gap === undefined;
}

/** Adds why a region could not be read. */
export function addEnding(
  { place, credentialSource }: LiveAccess,
  region: string,
  { kind, said }: Ending,
  problems: Problems,
): void {
  if (kind !== 'login' && kind !== 'region') {
    problems.add(UNANSWERED[kind].code, { what: `${place} ${UNANSWERED[kind].says} in ${region}`, given: said });
  } else {
    problems.add('IDT1201', {
      what: `${place} does not accept the credentials of ${credentialSource} in ${region}`,
      given: said,
      allowed:
        kind === 'region' ? 'valid credentials, and a region that is enabled for the account' : 'credentials that are valid now',
    });
  }
}

/** The list of tables is the first call: what keeps it from being answered ends the command. */
export function listProblem(access: LiveAccess, region: string, error: unknown): Problems {
  const problems = new Problems();
  const reach = reachOf(error);
  switch (reach) {
    case undefined:
      throw error;
    case 'login':
    case 'region':
    case 'unreachable':
    case 'throttled':
    case 'unavailable':
      addEnding(access, region, { kind: reach, said: errorText(error) }, problems);
      break;
    default:
      problems.add('IDT1205', { what: `the tables of ${region} cannot be listed`, given: errorText(error) });
  }
  return problems;
}
