import { aliasOf, hasDoubtfulKey, MANAGED_ALIAS, type LiveTable, type TableState, type Unread } from '../../state';
import { describeKey, type DescribedKey } from '../aws/key-service';
import type { NeighbourServices } from '../aws/neighbour-services';
import { inParallel } from '../provision/parallel';
import { neighbourUnread } from './neighbour-unread';

/** Tables of one region, with what AWS KMS knows of their keys. */
export interface KeyedTables {
  readonly tables: readonly LiveTable[];
  /** ARNs of the keys behind aliases. */
  readonly aliases: ReadonlyMap<string, string>;
}

type KeyAnswer = DescribedKey | Unread;

const AT_ONCE = 4;

/**
 * The tables of one region with whose keys they have. KMS is asked once for each key and alias, and only where it decides whether a
 * table has the wanted key, or where no table is wanted that would tell what the key may be.
 */
export async function withKeys(
  services: NeighbourServices,
  tables: readonly LiveTable[],
  wanted: readonly TableState[],
): Promise<KeyedTables> {
  const doubts = new Map(tables.map((table) => [table, doubtsOf(table.state, wanted)]));
  const answers = new Map<string, KeyAnswer>();
  await inParallel([...new Set([...doubts.values()].flat())], AT_ONCE, async (keyId) => {
    answers.set(keyId, await ask(services, keyId));
  });
  const aliases = [...answers].flatMap(([keyId, answer]) => {
    const alias = aliasOf(keyId);
    return alias === undefined || isUnread(answer) ? [] : [[alias, answer.arn] as const];
  });
  return {
    tables: [...doubts].map(([table, keyIds]) =>
      keyed(
        table,
        keyIds.map((keyId) => answers.get(keyId) as KeyAnswer),
      ),
    ),
    aliases: new Map(aliases),
  };
}

/** The key of a live table and the alias that is wanted, when they cannot be compared without KMS. */
function doubtsOf({ tableName, region, encryption }: TableState, wanted: readonly TableState[]): string[] {
  const other = wanted.find((state) => state.tableName === tableName && state.region === region);
  const { key, keyId } = encryption;
  const isClear = other !== undefined && !hasDoubtfulKey(encryption, other.encryption, region);
  if (key !== 'CUSTOMER_MANAGED' || keyId === undefined || isClear) {
    return [];
  }
  const wantedId = other?.encryption.keyId ?? MANAGED_ALIAS;
  const alias = aliasOf(wantedId);
  return alias === undefined || alias === MANAGED_ALIAS ? [keyId] : [keyId, wantedId];
}

async function ask(services: NeighbourServices, keyId: string): Promise<KeyAnswer> {
  try {
    return await describeKey(services, keyId);
  } catch (error) {
    return neighbourUnread(services, 'encryption', error);
  }
}

function isUnread(answer: KeyAnswer): answer is Unread {
  return 'cause' in answer;
}

function keyed(table: LiveTable, answers: readonly KeyAnswer[]): LiveTable {
  const { state, unread } = table;
  const gap = answers.find(isUnread);
  // Beside a server that is not AWS there may be no KMS: then it stays as it was read.
  if (gap?.cause === 'unsupported') {
    return table;
  }
  const others = unread.filter(({ kind }) => kind !== 'encryption');
  if (gap !== undefined) {
    return { ...table, unread: [...others, gap] };
  }
  const [own] = answers as readonly DescribedKey[];
  return { ...table, unread: others, ...(own?.isManagedByAws && { state: { ...state, encryption: { key: 'AWS_MANAGED' } } }) };
}
