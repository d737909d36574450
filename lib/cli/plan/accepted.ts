import { AWS_REGIONS, didYouMean, editDistance, Problems } from '../../errors';
import type { TableState } from '../../state';

const PLACE = /^[\w.-]{3,255}@[a-z]{2,}(-[a-z]+)+-\d+$/;

/**
 * A misspelt place would be consent to nothing: each has to name a table of today or of the target. Its region may be left by now,
 * when a plan is made again halfway, so that a region is an error only when it is none of AWS and one edit away from a place.
 */
export function checkAcceptedPlaces(accepted: ReadonlySet<string>, states: readonly TableState[]): void {
  const known = [...new Set(states.map(({ tableName, region }) => `${tableName}@${region}`))].sort();
  const names = new Set(states.map(({ tableName }) => tableName));
  const problems = new Problems();
  for (const place of accepted) {
    if (!PLACE.test(place)) {
      problems.add('IDT0703', {
        what: '--accept-data-loss names no table of a region',
        given: `'${place}'`,
        allowed: 'TABLE@REGION, such as prod-sessions@us-east-1',
      });
    } else if (!names.has(place.slice(0, place.indexOf('@')))) {
      problems.add('IDT0703', {
        what: '--accept-data-loss names a table that stands nowhere and is not in the app',
        given: `'${place}'`,
        allowed: 'a table of today or of the app, and a region of it',
        fix: didYouMean(place, known, 'leave it out, or name the table in full, with its prefix'),
      });
    } else {
      const meant = misspeltRegionOf(place, known);
      if (meant !== undefined) {
        problems.add('IDT0703', {
          what: '--accept-data-loss names a region that is none',
          given: `'${place}'`,
          allowed: 'a table of today or of the app, and a region of it',
          fix: `did you mean '${meant}'?`,
        });
      }
    }
  }
  problems.throwIfAny();
}

/** The place that is meant by one with a region that does not exist; undefined when none is near. */
function misspeltRegionOf(place: string, known: readonly string[]): string | undefined {
  const [tableName, region] = place.split('@');
  return AWS_REGIONS.includes(region) || known.includes(place)
    ? undefined
    : known.find((other) => other.startsWith(`${tableName}@`) && editDistance(place, other) === 1);
}
