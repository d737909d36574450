import type { Problem } from '../../errors';
import { SEVERITIES, type Change, type Severity, type Unchecked } from '../../state';
import { columns } from '../columns';
import type { Report } from '../command';
import { countOf } from '../words';
import { changeText, settingName } from './change-text';
import { unansweredOf } from './unanswered';
import type { RegionVerdict, Verification } from './verification';
import { groupBy } from '../group-by';

export interface VerifyResult {
  readonly assembly: string;
  /** Where the live tables are. */
  readonly place: string;
  readonly credentials: string;
  readonly verification: Verification;
  readonly problems: readonly Problem[];
  readonly seconds: number;
}

/** Extra tables that are named; a prefix such as `prod-` may be that of half the account. */
const MOST_EXTRAS = 20;

/** What `verify` prints: who answered, what differs, what is on its way, and what is not known. */
export function verifyReport(result: VerifyResult): Report {
  const { assembly, place, credentials, verification, problems, seconds } = result;
  const sections = [
    `tables of ${assembly} against ${place} (credentials: ${credentials})`,
    regionLines(verification.regions),
    ...differenceLines(verification),
    ...legendLines(verification),
    ...extraLines(verification),
    ...betweenLines(verification),
    ...uncheckedLines(verification),
    `${countsText(verification)} in ${seconds.toFixed(2)} s`,
  ];
  return {
    text: sections.join('\n\n'),
    json: { assembly, place, credentials, ...verification, problems, seconds },
  };
}

function regionLines(regions: readonly RegionVerdict[]): string {
  const rows = regions.map((verdict) => [
    verdict.region,
    verdict.account ?? '-',
    `${verdict.standing} of ${verdict.wanted}`,
    remarkOf(verdict),
  ]);
  return columns([['region', 'account', 'tables', ''], ...rows]);
}

function remarkOf({ ending, isEmpty, unknown }: RegionVerdict): string {
  if (ending !== undefined) {
    return 'not read to the end';
  }
  if (isEmpty) {
    return 'no table at all: another account or region?';
  }
  return unknown === 0 ? '' : `${unknown} not known`;
}

/** A block for each table; regions with the same difference share a line. */
function differenceLines({ changes, lookalikes }: Verification): string[] {
  return [...groupBy(changes, ({ tableName }) => tableName)].map(([tableName, ofTable]) => {
    const lines = groupBy(ofTable, (change) => JSON.stringify([changeText(change), change.severity]));
    const rows = [...lines.values()].map((same) => {
      const { what, live, wanted } = changeText(same[0]);
      return ['', regionsOf(same), what, live, wanted, severityText(same[0])];
    });
    const alike = lookalikes.filter(({ missing }) => missing === tableName);
    const hints = [...groupBy(alike, ({ tableName: other, isSameShape }) => `${other} ${isSameShape}`).values()].map((same) => {
      const [{ tableName: other, isSameShape }] = same;
      const likeness = isSameShape ? 'shape' : 'keys, but not the same ttl';
      return `  missing ${tableName} in ${regionsOf(same)}; ${other} has the same ${likeness}`;
    });
    return [tableName, columns([['', 'region', 'what', 'live', 'assembly', 'to change it'], ...rows]), ...hints].join('\n');
  });
}

/** What the words of the last column mean, as far as they were used. */
const LEGEND: { readonly [severity in Severity]: string } = {
  none: 'nothing to do',
  cosmetic: 'one deployment; the table works as before',
  'in place': 'one deployment',
  staged: 'several deployments, one after the other',
  migration: 'the items stay, but have to be moved',
  replacement: 'another table: the items have to be moved',
  'data loss': 'items would be deleted',
};

function legendLines({ changes }: Verification): string[] {
  const used = new Set(changes.map(severityText));
  const rows = SEVERITIES.filter((severity) => used.has(severity)).map((severity) => ['', severity, LEGEND[severity]]);
  return rows.length === 0 ? [] : [`to change it (identity-tables plan writes the steps):\n${columns(rows)}`];
}

function regionsOf(places: readonly { readonly region: string }[]): string {
  return [...new Set(places.map(({ region }) => region))].join(', ');
}

function severityText({ kind, severity }: Change): string {
  return kind === 'table-extra' || kind === 'replica-removed' ? '-' : severity;
}

/** A table that stands in several regions has one line. */
function extraLines({ extras }: Verification): string[] {
  const groups = [...groupBy(extras, ({ tableName }) => tableName)];
  const rows = groups.slice(0, MOST_EXTRAS).map(([tableName, same]) => ['', tableName, regionsOf(same)]);
  const left = groups.length - rows.length;
  const rest = left > 0 ? `\n  and ${countOf(left, 'table')} more, see --json` : '';
  return rows.length === 0
    ? []
    : [`not in the assembly, though the names begin as its own; left alone:\n${columns(rows)}${rest}`];
}

function betweenLines({ inBetween }: Verification): string[] {
  const rows = inBetween.map(({ tableName, region, subject, status, meaning }) => [
    '',
    tableName,
    region,
    subject,
    status,
    meaning,
  ]);
  return rows.length === 0 ? [] : [`in between:\n${columns(rows)}`];
}

/** What was not answered is told as a problem, and what is in between is told above. */
function uncheckedLines({ unchecked, unlisted }: Verification): string[] {
  const told = unchecked.filter(({ cause }) => unansweredOf(cause) === undefined && cause !== 'in between');
  const groups = groupBy(told, ({ kind, reason }) => `${kind} ${reason}`);
  const settings = [...groups.values()].map((same) => ['', settingName(same[0].kind), placesText(same), same[0].reason]);
  const lists = [
    ...groupBy(
      unlisted.filter(({ cause }) => unansweredOf(cause) === undefined),
      ({ reason }) => reason,
    ),
  ].map(([reason, same]) => ['', 'other tables', regionsOf(same), reason]);
  const rows = [...settings, ...lists];
  return rows.length === 0 ? [] : [`not checked:\n${columns(rows)}`];
}

function placesText(places: readonly Unchecked[]): string {
  const tables = new Set(places.map(({ tableName }) => tableName));
  const regions = new Set(places.map(({ region }) => region));
  return tables.size === 1 && regions.size === 1
    ? `${places[0].tableName} in ${places[0].region}`
    : `${countOf(tables.size, 'table')} in ${countOf(regions.size, 'region')}`;
}

function countsText({ regions, changes, inBetween }: Verification): string {
  const standing = regions.reduce((sum, region) => sum + region.standing, 0);
  const tables = new Set(changes.map(({ tableName }) => tableName)).size;
  const differences =
    changes.length === 0 ? 'no difference' : `${countOf(changes.length, 'difference')} of ${countOf(tables, 'table')}`;
  const between = inBetween.length === 0 ? '' : `, ${inBetween.length} in between`;
  return `${countOf(standing, 'table')} in ${countOf(regions.length, 'region')}: ${differences}${between}`;
}
