import { askJson, type NeighbourServices } from './neighbour-services';

/** A key of AWS KMS. */
export interface DescribedKey {
  readonly arn: string;
  readonly isManagedByAws: boolean;
}

interface KeyMetadata {
  readonly Arn: string;
  readonly KeyManager?: 'AWS' | 'CUSTOMER';
}

/**
 * The key of an id, ARN or alias.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
 */
export async function describeKey(services: NeighbourServices, keyId: string): Promise<DescribedKey> {
  const hasKey = ({ KeyMetadata: key }: { readonly [name: string]: unknown }): boolean =>
    typeof (key as KeyMetadata | undefined)?.Arn === 'string';
  const answer = await askJson(services, 'kms', 'TrentService.DescribeKey', { KeyId: keyId }, hasKey);
  const { Arn: arn, KeyManager: manager } = answer.KeyMetadata as KeyMetadata;
  return { arn, isManagedByAws: manager === 'AWS' };
}
