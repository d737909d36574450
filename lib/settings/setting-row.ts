import { Tokenization, type Duration } from 'aws-cdk-lib/core';
import { compareVersions, type ServerDefinition } from '../servers';
import { isLeftOut, type SettingPlace, type SettingValue } from './setting-value';
import type { ServerSettingsOptions } from './settings-options';

/** What the rules of the settings tables look at. */
export interface SettingsContext {
  readonly server: ServerDefinition;
  readonly tablePrefix: string;
  readonly region: string;
  /** Base names of the tables on which time to live is switched on. */
  readonly timeToLiveTables: readonly string[];
  readonly options: ServerSettingsOptions;
}

/** What a rule says of its setting. Neither value nor environment variable: to be left out, and told why. */
export type Setting = Pick<SettingValue, 'value' | 'environmentVariable' | 'secretReference' | 'why'>;

/** One row of a settings table: a setting, where it is documented, and the rule of its value. */
export interface SettingRow {
  readonly name: string;
  /** A second spelling that documents use; settings are case-sensitive, so both are written. */
  readonly alsoSpelled?: string;
  readonly place: SettingPlace;
  /** First server version that knows the setting. */
  readonly since?: string;
  readonly source: string;
  /** Undefined: the setting has no part in this set of tables. */
  readonly rule: (context: SettingsContext) => Setting | undefined;
}

export function hasTable({ server }: SettingsContext, baseName: string): boolean {
  return server.tables.some((table) => table.baseName === baseName);
}

/** Whether the options of the server are known; a directory of create-table files tells its tables only. */
export function isConfigurable({ server }: SettingsContext): boolean {
  return Object.keys(server.options).length > 0;
}

/** A number as text; one that is known at deployment only stays so. */
export function numberText(value: number): string {
  return Tokenization.stringifyNumber(value);
}

export function secondsText(duration: Duration): string {
  return numberText(duration.toSeconds());
}

/** The settings of a table of settings, in its order. */
export function settingsOf(rows: readonly SettingRow[], context: SettingsContext): SettingValue[] {
  return rows.filter((row) => isKnown(row, context)).flatMap((row) => spelled(row, row.rule(context)));
}

function isKnown({ since }: SettingRow, { server }: SettingsContext): boolean {
  return since === undefined || server.version === undefined || compareVersions(server.version, since) >= 0;
}

function spelled({ name, alsoSpelled, place }: SettingRow, setting: Setting | undefined): SettingValue[] {
  if (setting === undefined) {
    return [];
  }
  const first = { name, place, ...setting };
  if (alsoSpelled === undefined || isLeftOut(first)) {
    return [first];
  }
  return [
    first,
    { ...first, name: alsoSpelled, why: 'the spelling of the documentation, which the shipped configuration does not read' },
  ];
}
