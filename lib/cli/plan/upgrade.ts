import { isOfLaterRelease } from '../../servers';
import { SERVER_TAG, TABLE_TAG } from '../tags';
import { isSameOwner, type Match } from './match';
import type { Progress } from './progress';
import { homeState, regionsOf, type Table } from './table';
import { PERMISSION_WORDS, UPGRADE_WORDS } from './server-words';

/** A server whose tables stand already, and what the target adds to them. */
interface Upgrade {
  readonly server: string;
  readonly tables: readonly Table[];
  readonly additions: readonly string[];
}

/** What comes around the tables of an upgrade: the permissions before, the server itself after. */
export class Upgrades {
  private readonly upgrades: readonly Upgrade[];

  public constructor(
    private readonly progress: Progress,
    matches: readonly Match[],
    today: readonly Table[],
  ) {
    const names = new Set(today.map(({ name }) => name));
    const servers = new Set(matches.flatMap(({ target }) => serverOf(target) ?? []));
    this.upgrades = [...servers]
      .map((server) => upgradeOf(server, matches, names))
      .filter(({ additions }) => additions.length > 0);
  }

  public grantPermissions(): void {
    for (const { server } of this.upgrades) {
      this.progress.server(PERMISSION_WORDS, [
        'a policy in a stack of these tables comes with the first deployment of that stack: nothing to do for it here',
        `deploy a policy of another stack or account now; identity-tables policy runtime --server ${server} prints what it needs`,
      ]);
    }
  }

  /** The new release queries indexes from its start, so they are filled by then. */
  public upgradeServers(): void {
    for (const { server, tables, additions } of this.upgrades) {
      this.progress.settle(tables.flatMap((table) => this.progress.ownedBy(table.owner) ?? []));
      const [first, ...others] = [...new Set(tables.flatMap((table) => [table.home, ...regionsOf(table)]))];
      const then = others.length === 0 ? '' : `, then in ${others.join(', ')}`;
      this.progress.server(UPGRADE_WORDS, [
        `install the new release of ${server} in ${first}${then}`,
        `what it uses and the former one did not: ${additions.join(', ')}`,
      ]);
    }
  }
}

function upgradeOf(server: string, matches: readonly Match[], today: ReadonlySet<string>): Upgrade {
  const own = matches.filter(({ target }) => serverOf(target) === server);
  const standing = own.filter(
    ({ current, target }) => current !== undefined && (isLoose(current) || isSameOwner(current, target)),
  );
  const stacks = new Set(standing.map(({ target }) => target.owner?.stack));
  const created = [...stacks].flatMap((stack) => {
    const ofStack = own.filter(({ target }) => target.owner?.stack === stack);
    // A name that stands somewhere only changes its place.
    const missing = ofStack.map(({ target }) => target).filter(({ name }) => !today.has(name));
    const isAdoption = standing.every(({ current, target }) => target.owner?.stack !== stack || (current && isLoose(current)));
    return isAdoption && !missing.every((table) => isLater(server, table)) ? [] : missing;
  });
  const additions = [...created.map(({ name }) => `table ${name}`), ...standing.flatMap(newIndexes)];
  return { server, tables: own.map(({ target }) => target), additions: [...new Set(additions)] };
}

function isLoose({ owner }: Table): boolean {
  return owner === undefined;
}

/** Beside tables without a stack, one of the first release is missing for another reason: it is not used yet, or was not restored. */
function isLater(server: string, table: Table): boolean {
  return isOfLaterRelease(server, homeState(table).tags[TABLE_TAG] ?? '');
}

function newIndexes({ current, target }: Match): string[] {
  const known = new Set(current && homeState(current).schema.globalIndexes.map(({ indexName }) => indexName));
  return homeState(target)
    .schema.globalIndexes.filter(({ indexName }) => !known.has(indexName))
    .map(({ indexName }) => `index ${indexName} of ${target.name}`);
}

function serverOf(table: Table): string | undefined {
  return homeState(table).tags[SERVER_TAG];
}
