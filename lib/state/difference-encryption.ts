import { isUnresolved } from './intrinsics';
import type { EncryptionState } from './table-state';
import type { Verdict } from './difference-verdict';

/** The id or ARN of the key behind an alias of a region; undefined when it is not known. */
export type KeyResolver = (alias: string, region: string) => string | undefined;

const MANAGED_ALIAS = 'alias/aws/dynamodb';
const KEY_ARN = /^arn:[^:]+:kms:([^:]+):[^:]*:(?:key\/(.+)|(alias\/.+))$/;

interface Key {
  readonly region: string;
  /** Undefined when only AWS knows it. */
  readonly id: string | undefined;
  readonly alias?: string;
}

/** Whether two tables of a region are encrypted with the same key, whatever form its name has. */
export function compareEncryption(a: EncryptionState, b: EncryptionState, region: string, resolveKey: KeyResolver): Verdict {
  const [one, other] = [normal(a, region), normal(b, region)];
  if (one.key !== other.key) {
    return 'different';
  }
  if (one.keyId === other.keyId) {
    return 'same';
  }
  const [oneKey, otherKey] = [one, other].map(({ keyId = '' }) => keyOf(keyId, region, resolveKey));
  if (oneKey.region !== otherKey.region) {
    return 'different';
  }
  if (oneKey.alias !== undefined && oneKey.alias === otherKey.alias) {
    return 'same';
  }
  if (oneKey.id === undefined || otherKey.id === undefined) {
    return 'undecided';
  }
  return oneKey.id === otherKey.id ? 'same' : 'different';
}

/** The key that AWS manages may also be named by its alias. */
function normal(state: EncryptionState, region: string): EncryptionState {
  const { keyId } = state;
  return keyId !== undefined && keyOf(keyId, region, () => undefined).alias === MANAGED_ALIAS ? { key: 'AWS_MANAGED' } : state;
}

function keyOf(keyId: string, region: string, resolveKey: KeyResolver): Key {
  const [, arnRegion = region, arnId, arnAlias] = KEY_ARN.exec(keyId) ?? [];
  const alias = arnAlias ?? (keyId.startsWith('alias/') ? keyId : undefined);
  if (alias !== undefined) {
    const found = resolveKey(alias, arnRegion);
    return { region: arnRegion, alias, id: found === undefined ? undefined : keyOf(found, arnRegion, resolveKey).id };
  }
  return { region: arnRegion, id: isUnresolved(keyId) ? undefined : (arnId ?? keyId) };
}
