import { LOCAL_CREDENTIALS } from './local-credentials';
import { settingsOf, type SettingRow, type SettingsContext } from './setting-row';
import { SettingPlace, type SettingValue } from './setting-value';

const { FACT } = SettingPlace;
const LIBRARY = 'the set of tables itself';

const FACTS: readonly SettingRow[] = [
  {
    name: 'region',
    place: FACT,
    source: LIBRARY,
    rule: ({ region }) => ({ value: region, why: 'where the tables are' }),
  },
  {
    name: 'endpoint',
    place: FACT,
    source: LIBRARY,
    rule: ({ options }) =>
      options.localEndpoint === undefined
        ? undefined
        : { value: options.localEndpoint, why: 'the local endpoint instead of DynamoDB; never in production' },
  },
  ...LOCAL_CREDENTIALS,
];

/** What can be said of a server of which only the tables are known. */
export function tableFacts(context: SettingsContext): SettingValue[] {
  const names = context.server.tables.map(({ baseName, schema }): SettingValue => ({
    name: baseName,
    place: FACT,
    value: context.tablePrefix + schema.tableName,
    why: 'name of the table in DynamoDB',
  }));
  return [...settingsOf(FACTS, context), ...names];
}
