import { lines, ofPlace, type Renderer } from './render-input';
import { isLeftOut, SettingPlace, type SettingValue } from './setting-value';

const CLIENT = 'client.';
const BOOLEANS = ['initialized'];

/** A module with the session store. */
export const typescript: Renderer = ({ heading, values }) => {
  const options = ofPlace(values, SettingPlace.STORE_OPTION);
  const client = options.filter((setting) => setting.name.startsWith(CLIENT));
  const store = options.filter((setting) => !setting.name.startsWith(CLIENT));
  return lines(
    `// ${heading}`,
    ofPlace(values, SettingPlace.ENVIRONMENT).map(
      ({ name, value, why }) => `// in the environment of the process: ${name}=${value}: ${why}`,
    ),
    "import { DynamoDBClient } from '@aws-sdk/client-dynamodb';",
    "import connect from 'connect-dynamodb';",
    "import session from 'express-session';",
    '',
    'const DynamoDBStore = connect(session);',
    '',
    'export const store = new DynamoDBStore({',
    '  client: new DynamoDBClient({',
    client.flatMap((setting) => option(setting, '    ')),
    '  }),',
    store.flatMap((setting) => option(setting, '  ')),
    '});',
  );
};

function option(setting: SettingValue, indent: string): string[] {
  const name = setting.name.replace(CLIENT, '');
  return isLeftOut(setting)
    ? [`${indent}// left out: ${name}: ${setting.why}`]
    : [`${indent}// ${setting.why}`, `${indent}${name}: ${literal(name, setting.value ?? '')},`];
}

function literal(name: string, value: string): string {
  return BOOLEANS.includes(name) ? value : `'${value.replace(/['\\]/g, '\\$&')}'`;
}
