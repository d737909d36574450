import { CONNECT2ID_PROPERTIES } from './connect2id-properties';
import { CONNECT_DYNAMODB_OPTIONS } from './connect-dynamodb-options';
import { CURITY_DATA_SOURCE } from './curity-data-source';
import type { Renderer } from './render-input';
import { cli, xml } from './render-curity';
import { environmentFile, javaOptions, properties } from './render-java';
import { typescript } from './render-typescript';
import { isConfigurable, settingsOf, type SettingsContext } from './setting-row';
import type { SettingValue } from './setting-value';
import { tableFacts } from './table-facts';

/** How a server is told its settings. */
export interface ServerForm {
  readonly values: (context: SettingsContext) => SettingValue[];
  readonly formats: { readonly [format: string]: Renderer };
}

const json: Renderer = ({ values }) => `${JSON.stringify(values, undefined, 2)}\n`;

const CONNECT2ID: ServerForm = {
  values: (context) => settingsOf(CONNECT2ID_PROPERTIES, context),
  formats: { 'java-options': javaOptions, properties, environment: environmentFile, json },
};

const CURITY: ServerForm = {
  values: (context) => settingsOf(CURITY_DATA_SOURCE, context),
  formats: { xml, cli, json },
};

const CONNECT_DYNAMODB: ServerForm = {
  values: (context) => settingsOf(CONNECT_DYNAMODB_OPTIONS, context),
  formats: { typescript, json },
};

const FORMS = new Map([
  ['connect2id', CONNECT2ID],
  ['curity', CURITY],
  ['connect-dynamodb', CONNECT_DYNAMODB],
]);

const ANY_SERVER: ServerForm = { values: tableFacts, formats: { json } };

/** A directory of create-table files says which tables a server has, but not its options: then only the tables are known. */
export function serverForm(context: SettingsContext): ServerForm {
  return (isConfigurable(context) ? FORMS.get(context.server.id) : undefined) ?? ANY_SERVER;
}
