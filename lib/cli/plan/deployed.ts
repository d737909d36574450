import type { KeyResolver } from '../../state';
import { inWordsOf, type Comparing } from './canonical';
import { Drifts } from './drift';
import type { Matches } from './match';
import { isAnother } from './refuse';
import { isPolicyUnknown, ownerKey, withOwner, type Table } from './table';

/** What stands, put beside the templates that made it and those of the target. */
export interface Standing extends Matches {
  readonly drifts: Drifts;
  /** Tables of deployed templates that somebody has deleted. */
  readonly missing: readonly Table[];
}

/**
 * Writes tables as the target writes them where that means the same, and tells where they differ from their templates. `isTold`: the
 * tables are what templates say, so that what only CloudFormation knows is the same when it is written in the same way.
 */
export function besideTemplates(
  { matches, others }: Matches,
  templates: readonly Table[],
  { isTold, resolveKey }: { readonly isTold: boolean; readonly resolveKey: KeyResolver | undefined },
): Standing {
  // A key stays when its alias moves on: that is no change of the template, and no deployment follows it.
  const as = (isExact: boolean): Comparing => ({ isExact, resolveKey: isExact ? resolveKey : undefined });
  const byOwner = new Map(templates.map((template) => [ownerKey(template), template]));
  const drifts = new Drifts();
  const inWords = (current: Table, target: Table | undefined): Table => {
    const template = current.owner && byOwner.get(ownerKey(current));
    if (template?.owner === undefined || template.name !== current.name) {
      // What is deleted for another table keeps a policy that is not known: it has to be deployed first.
      return target === undefined || (isPolicyUnknown(current) && isAnother({ current, target }))
        ? current
        : inWordsOf(current, target, as(isTold || current.owner === undefined));
    }
    const written = target === undefined ? template : inWordsOf(template, target, as(true));
    const live = inWordsOf(withOwner(current, written.owner), written, as(false));
    const table = target === undefined ? live : inWordsOf(live, target, as(true));
    drifts.note(table, written, target);
    return table;
  };
  const standing = {
    matches: matches.map(({ target, current }) => ({ target, current: current && inWords(current, target) })),
    others: others.map((table) => inWords(table, undefined)),
  };
  const known = [...matches.flatMap(({ current }) => current ?? []), ...others].map(ownerKey);
  const owned = new Set(known);
  return { ...standing, drifts, missing: templates.filter((template) => !owned.has(ownerKey(template))) };
}
