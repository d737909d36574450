import { SERVER_TAG, TABLE_TAG } from '../tags';
import type { Move } from './lane';
import { homeState } from './table';

/** A change of the items that a vendor wants done before indexes on what it adds. */
interface DataMigration {
  readonly id: string;
  /** Value of the tag identity-tables:server. */
  readonly server: string;
  /** Value of the tag identity-tables:table. */
  readonly table: string;
  readonly beforeIndexes: readonly string[];
  readonly title: string;
  readonly instructions: readonly string[];
  readonly source: string;
}

const MIGRATIONS: readonly DataMigration[] = [
  {
    id: 'curity-8.0-accounts',
    server: 'curity',
    table: 'curity-accounts',
    beforeIndexes: ['userNameInitial-userName-index', 'emailInitial-email-index'],
    title: 'migrate the accounts for Curity 8.0',
    instructions: [
      "run the account migration of Curity's upgrade guide from 7.6 to 8.0: it adds userNameInitial and emailInitial to every account",
      'an account without them is not found by the new indexes: run it again when every server is new, for accounts made meanwhile',
    ],
    source: "the vendor's upgrade guide from 7.6 to 8.0: data migration first, then the indexes",
  },
];

/** The migrations that have to come before these updates. */
export function dataMigrations(moves: readonly Move[]): DataMigration[] {
  const added = moves.filter(({ change }) => change.name === 'index-added');
  return MIGRATIONS.filter((migration) => added.some((move) => needs(migration, move)));
}

function needs({ server, table, beforeIndexes }: DataMigration, { after }: Move): boolean {
  const { tags, schema } = homeState(after);
  return (
    tags[SERVER_TAG] === server &&
    tags[TABLE_TAG] === table &&
    schema.globalIndexes.some(({ indexName }) => beforeIndexes.includes(indexName))
  );
}
