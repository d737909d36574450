import { at, isOn, items } from '../intrinsics';
import type { TableRule } from '../rule';

export const timeToLiveAttribute: TableRule = {
  id: 'TTL-ATTRIBUTE',
  title: 'the time-to-live attribute is a key of the table or not a number',
  reason:
    'The value of a key cannot change, so the life of an item could never be prolonged; and DynamoDB deletes no item whose ' +
    'time-to-live attribute is not a number. CDK checks neither.',
  fix: 'use an attribute that is no key of the table and that the application writes as a number, in epoch seconds',
  source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html',
  checkTable: ({ properties }) => {
    const location = 'Properties.TimeToLiveSpecification.AttributeName';
    const attribute = at(properties, 'TimeToLiveSpecification', 'AttributeName');
    if (typeof attribute !== 'string' || isOn(properties, 'TimeToLiveSpecification', 'Enabled') !== true) {
      return [];
    }
    const entryOf = (list: string) => items(properties, list).find(({ item }) => at(item, 'AttributeName') === attribute)?.item;
    if (entryOf('KeySchema') !== undefined) {
      return [{ location, message: `'${attribute}' is a key of the table` }];
    }
    const type = at(entryOf('AttributeDefinitions'), 'AttributeType');
    return typeof type === 'string' && type !== 'N'
      ? [{ location, message: `'${attribute}' is defined with the type ${type}, not N` }]
      : [];
  },
};
