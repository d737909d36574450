import { didYouMean, Problems, quoted } from '../errors';

/** How codes of regions are written, those of new regions included. */
export const REGION_CODE = /^[a-z]{2,}(-[a-z]+)+-\d+$/;

/**
 * A region that nothing is in would limit a command to nothing, or leave it as it is without a word.
 * @throws IdentityTablesError with every one of these regions that an assembly does not have
 */
export function checkKnownRegions(
  given: readonly string[],
  known: readonly string[],
  { assembly, otherwise }: { readonly assembly: string; readonly otherwise: string },
): void {
  const allowed = [...new Set(known)].sort();
  const problems = new Problems();
  for (const region of given.filter((each) => !allowed.includes(each))) {
    problems.add('IDT0703', {
      what: `option '--region' names a region in which '${assembly}' has nothing`,
      given: `'${region}'`,
      allowed: quoted(allowed),
      fix: didYouMean(region, allowed, otherwise),
    });
  }
  problems.throwIfAny();
}
