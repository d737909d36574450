import { didYouMean, Problems, quoted } from '../../errors';

/** Which live tables are wanted, and how their files are called. */
export interface Wanted {
  /** Exact, separator included; empty for none. */
  readonly prefix: string;
  /** Names without the prefix; undefined for all with the prefix, or all of the bundled servers when there is none. */
  readonly tables?: readonly string[];
  /** Base names by name of the live table. */
  readonly map: ReadonlyMap<string, string>;
}

export interface Selected {
  readonly liveName: string;
  readonly baseName: string;
}

/**
 * The tables to read, of those of a region.
 * @throws IdentityTablesError when one that is named does not stand, or two have one base name
 */
export function selectTables(wanted: Wanted, standing: readonly string[], bundled: ReadonlySet<string>): Selected[] {
  const { prefix, tables, map } = wanted;
  const problems = new Problems();
  const named = [...map.keys(), ...(tables ?? []).map((name) => prefix + name)];
  for (const name of named) {
    if (!standing.includes(name)) {
      problems.add('IDT1409', {
        what: `there is no table '${name}' in the region`,
        given: `'${name}'`,
        allowed: standing.length === 0 ? 'the region has no table at all' : `one of the ${standing.length} tables of the region`,
        fix: didYouMean(name, standing, 'use the name of a table of the region'),
      });
    }
  }
  const matches = (name: string): boolean => {
    const baseName = name.slice(prefix.length);
    return tables === undefined
      ? prefix === ''
        ? bundled.has(name)
        : name.startsWith(prefix) && baseName !== ''
      : named.includes(name);
  };
  const selected = standing
    .filter((name) => map.has(name) || matches(name))
    .map((liveName) => ({ liveName, baseName: map.get(liveName) ?? liveName.slice(prefix.length) }));
  checkBaseNames(selected, problems);
  problems.throwIfAny();
  return selected;
}

function checkBaseNames(selected: readonly Selected[], problems: Problems): void {
  for (const base of new Set(selected.map(({ baseName }) => baseName))) {
    const live = selected.filter(({ baseName }) => baseName === base).map(({ liveName }) => liveName);
    if (live.length > 1) {
      problems.add('IDT1410', { what: `${live.length} live tables have the base name '${base}'`, given: quoted(live) });
    }
  }
}
