import { LIMITS, NAME_CHARACTERS } from '../../errors';
import { at } from '../intrinsics';
import type { TableRule } from '../rule';

export const tableName: TableRule = {
  id: 'TABLE-NAME',
  title: 'the table has no name of its own, or one that DynamoDB refuses',
  reason:
    'A generated name changes with the stack and the logical id, and no server, policy or import can rely on it. Giving the ' +
    'table a name later replaces it. TableV2 does not check the name.',
  fix: 'set tableName to 3 to 255 characters of A-Z a-z 0-9 _ . -',
  source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html',
  checkTable: (table) => {
    const name = at(table.properties, 'TableName');
    const location = 'Properties.TableName';
    if (name === undefined) {
      return [{ location, message: 'TableName is not set' }];
    }
    const { nameMinLength, nameMaxLength } = LIMITS;
    return typeof name === 'string' && (name.length < nameMinLength || name.length > nameMaxLength || !NAME_CHARACTERS.test(name))
      ? [{ location, message: `'${name}' (${name.length} characters)` }]
      : [];
  },
};
