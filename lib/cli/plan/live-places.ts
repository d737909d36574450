import { fail, IdentityTablesError } from '../../errors';
import { differenceOf, type LiveTable, type TableState } from '../../state';
import { settingName } from '../verify/change-text';
import type { LiveAccess } from '../verify/live-access';
import { readRegions } from '../verify/read-regions';
import { standingTables } from '../verify/standing-tables';
import { withKeys } from '../verify/table-keys';
import { unansweredOf } from '../verify/unanswered';
import { verificationOf } from '../verify/verification';
import { verifyProblems } from '../verify/verify-problems';
import { aspectOf, REGIONS, WHOLE } from './aspects';
import { differenceText } from './difference-text';
import type { PlannedStep } from './plan-file';
import { placeOf } from './table';

/** What stands at places such as `clients@eu-central-1`, each of which is read once. */
export class LivePlaces {
  private readonly known = new Map<string, Promise<LiveTable | undefined>>();

  public constructor(private readonly access: LiveAccess) {}

  /** Undefined where no table stands. */
  public at(place: string): Promise<LiveTable | undefined> {
    const reading = this.known.get(place) ?? this.read(...partsOfPlace(place));
    this.known.set(place, reading);
    return reading;
  }

  /** Places where no table stands. */
  public async missing(places: readonly string[]): Promise<string[]> {
    const found = await Promise.all(
      places.map(async (place) => ((await this.at(place)) === undefined ? [`${place} does not stand`] : [])),
    );
    return found.flat();
  }

  /** What is in between, or does not stand. */
  public async unsettled(places: readonly string[]): Promise<string[]> {
    const found = await Promise.all(
      places.map(async (place) => {
        const live = await this.at(place);
        return live?.inBetween.map(({ subject, status }) => `${place}: ${subject} is ${status}`) ?? [`${place} does not stand`];
      }),
    );
    return found.flat();
  }

  /** What the step leads to and does not stand. What it leaves alone is not its affair. */
  public async differencesOf(wanted: TableState, { aspects }: PlannedStep): Promise<string[]> {
    const place = placeOf({ name: wanted.tableName }, wanted.region);
    const own = aspects?.filter(({ tableName, region }) => place === placeOf({ name: tableName }, region));
    const names = new Set(own?.map(({ aspect }) => aspect) ?? [WHOLE]);
    const isOwn = (aspect: string): boolean => names.has(WHOLE) || names.has(aspect);
    if (names.size === 0) {
      return [];
    }
    const read = await this.at(place);
    if (read === undefined) {
      return [`${place} does not stand`];
    }
    const [live] = (await withKeys(this.access.neighbours(wanted.region), [read], [wanted])).tables;
    for (const { kind, cause, reason } of live.unread) {
      const unanswered = unansweredOf(cause);
      if (unanswered !== undefined) {
        fail(unanswered.code, { what: `${settingName(kind)} of ${place} could not be read${unanswered.since}`, given: reason });
      }
    }
    const unread = new Set(live.unread.map(({ kind }) => kind));
    const changes = differenceOf(live.state, wanted).filter((change) => !unread.has(change.kind) && isOwn(aspectOf(change)));
    const isElsewhere = wanted.replicaRegions.join() !== [...live.state.replicaRegions].sort().join();
    return [
      ...changes.map((change) => differenceText(place, change)),
      ...(isElsewhere && isOwn(REGIONS) ? [`${place}: stands in ${live.state.replicaRegions.join(', ')}`] : []),
    ];
  }

  private async read(tableName: string, region: string): Promise<LiveTable | undefined> {
    const readings = await readRegions(this.access, [region], [tableName]);
    const problems = verifyProblems(this.access, verificationOf(readings, [], [], []), []);
    if (problems.length > 0) {
      throw new IdentityTablesError(problems);
    }
    return standingTables(readings)[0];
  }
}

export function partsOfPlace(place: string): [tableName: string, region: string] {
  const [tableName, region] = place.split('@');
  return [tableName, region];
}
