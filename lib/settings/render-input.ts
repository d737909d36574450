import type { SettingPlace, SettingValue } from './setting-value';

/** What a renderer writes down. */
export interface RenderInput {
  /** What the settings are for, in one line. */
  readonly heading: string;
  readonly values: readonly SettingValue[];
  /** Id of the data source in the configuration of a Curity Identity Server. */
  readonly dataSourceId: string;
}

/** Writes settings down in one form. The text ends with a line break and holds no secret. */
export type Renderer = (input: RenderInput) => string;

export function ofPlace(values: readonly SettingValue[], place: SettingPlace): SettingValue[] {
  return values.filter((setting) => setting.place === place);
}

export function lines(...parts: readonly (readonly string[] | string)[]): string {
  return `${parts.flat().join('\n')}\n`;
}

/** Where an operator finds what the environment variable has to hold. */
export function variableNote({ environmentVariable, secretReference, why }: SettingValue): string {
  return secretReference === undefined
    ? `${environmentVariable}: ${why}`
    : `${environmentVariable}: the secret that is kept as ${secretReference}; ${why}`;
}
