import { isUnresolved } from './intrinsics';
import type { EncryptionState } from './table-state';
import type { Verdict } from './difference-verdict';

/** The id or ARN of the key behind an alias of a region; undefined when it is not known. */
export type KeyResolver = (alias: string, region: string) => string | undefined;

/** The alias of the key that AWS manages, which KMS tells by its manager too. */
export const MANAGED_ALIAS = 'alias/aws/dynamodb';
const KEY_ARN = /^arn:[^:]+:kms:([^:]+):[^:]*:(?:key\/(.+)|(alias\/.+))$/;

interface Key {
  readonly region: string;
  /** The id or the alias. */
  readonly name: string;
  /** Undefined when only AWS knows it. */
  readonly id: string | undefined;
}

/** Whether two tables of a region are encrypted with the same key, whatever form its name has. */
export function compareEncryption(a: EncryptionState, b: EncryptionState, region: string, resolveKey: KeyResolver): Verdict {
  const states = [normal(a, region), normal(b, region)];
  if (states.some(({ key }) => key === 'AWS_OWNED')) {
    return states[0].key === states[1].key ? 'same' : 'different';
  }
  const [one, other] = states.map(({ keyId = MANAGED_ALIAS }) => keyOf(keyId, region, resolveKey));
  if (one.region !== other.region) {
    return 'different';
  }
  if (one.name === other.name || (one.id !== undefined && one.id === other.id)) {
    return 'same';
  }
  if (states[0].key !== states[1].key) {
    // Two kinds of keys are the same one only when an ARN hides that AWS manages its key, see hasDoubtfulKey.
    return 'different';
  }
  return one.id === undefined || other.id === undefined ? 'undecided' : 'different';
}

/**
 * Whether only KMS knows if a live table has the wanted key: an ARN tells neither who manages the key nor its aliases.
 */
export function hasDoubtfulKey(live: EncryptionState, wanted: EncryptionState, region: string): boolean {
  return (
    live.key === 'CUSTOMER_MANAGED' &&
    (normal(wanted, region).key === 'AWS_MANAGED' || compareEncryption(live, wanted, region, () => undefined) === 'undecided')
  );
}

/** The alias of a region that a key is named by; undefined when it is named by its id or its ARN. */
export function aliasOf(keyId: string): string | undefined {
  const [, , , arnAlias] = KEY_ARN.exec(keyId) ?? [];
  return arnAlias ?? (keyId.startsWith('alias/') ? keyId : undefined);
}

/** The key that AWS manages may also be named by its alias. */
function normal(state: EncryptionState, region: string): EncryptionState {
  const { keyId } = state;
  return keyId !== undefined && keyOf(keyId, region, () => undefined).name === MANAGED_ALIAS ? { key: 'AWS_MANAGED' } : state;
}

function keyOf(keyId: string, region: string, resolveKey: KeyResolver): Key {
  const [, arnRegion = region, arnId] = KEY_ARN.exec(keyId) ?? [];
  const alias = aliasOf(keyId);
  if (alias === undefined) {
    const id = arnId ?? keyId;
    return { region: arnRegion, name: id, id: isUnresolved(keyId) ? undefined : id };
  }
  const found = resolveKey(alias, arnRegion);
  return { region: arnRegion, name: alias, id: found === undefined ? undefined : keyOf(found, arnRegion, resolveKey).id };
}
