import { at, isOn } from '../intrinsics';
import type { Finding, TableRule } from '../rule';

/** Whether a key identifier names the key that AWS manages for DynamoDB. */
function isAwsManaged(key: unknown): boolean {
  return typeof key === 'string' && key.endsWith('alias/aws/dynamodb');
}

export const customerKey: TableRule = {
  id: 'CUSTOMER-KEY',
  title: 'the table is not encrypted with a customer managed key',
  reason:
    'Only with a customer managed key do its key policy and its use in CloudTrail show who can read the items. Each replica needs a ' +
    'key of its own region.',
  fix: 'use TableEncryptionV2.customerManagedKey(key, replicaKeyArns) with a key for every region',
  source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html',
  optIn: 'customerManagedKeys',
  checkTable: (table) => {
    const off: Finding[] =
      isOn(table.properties, 'SSESpecification', 'SSEEnabled') === false
        ? [{ location: 'Properties.SSESpecification.SSEEnabled', message: 'in no region, since SSEEnabled is not true' }]
        : [];
    const missing = table.replicas.flatMap(({ location, label, properties }) => {
      const key = at(properties, 'SSESpecification', 'KMSMasterKeyId');
      return key === undefined || isAwsManaged(key)
        ? [{ location: `${location}.SSESpecification.KMSMasterKeyId`, message: `in ${label}` }]
        : [];
    });
    return [...off, ...missing];
  },
};
