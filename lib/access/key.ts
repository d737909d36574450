import type { RegionalAccess } from './location';
import { allow, type Statement } from './statement';

/**
 * What DynamoDB does with a customer-managed key in the name of who reads and writes items. Written out, since `ReEncrypt*` and
 * `GenerateDataKey*` of the manual would also cover what is added later.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
const KEY_ACTIONS = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** The use of this region's key through DynamoDB; none without a customer-managed key. */
export function keyStatements({ keyArn, location }: RegionalAccess): Statement[] {
  return keyArn === undefined ? [] : [allow(KEY_ACTIONS, [keyArn], { Condition: viaDynamoDb(location) })];
}

/** Limits a key statement to calls that DynamoDB of this region makes. */
export function viaDynamoDb({ region, urlSuffix }: RegionalAccess['location']): NonNullable<Statement['Condition']> {
  return { StringEquals: { 'kms:ViaService': `dynamodb.${region}.${urlSuffix}` } };
}
