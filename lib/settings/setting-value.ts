/** Where the server reads a setting from. */
export enum SettingPlace {
  /** A Java system property. */
  SYSTEM_PROPERTY = 'system-property',
  /** An environment variable of the process. */
  ENVIRONMENT = 'environment',
  /** A leaf of the data source in the server's configuration. */
  DATA_SOURCE = 'data-source',
  /** An option of the session store in the program. */
  STORE_OPTION = 'store-option',
  /** Not a setting of a known server: a fact about the tables. */
  FACT = 'fact',
}

/**
 * One setting of a server. It has a `value`, or it comes from an environment variable when the server starts, or it has neither
 * of them and is to be left out.
 */
export interface SettingValue {
  /** Name of the setting in the server's own spelling. */
  readonly name: string;
  /** Where the server reads it from. */
  readonly place: SettingPlace;
  /**
   * The value. Never a secret.
   * @default - from `environmentVariable`, or left out
   */
  readonly value?: string;
  /**
   * The environment variable that holds the value when the server starts: secrets, and what differs from node to node.
   * @default - the value is fixed, or left out
   */
  readonly environmentVariable?: string;
  /**
   * Where the secret is kept that the environment variable has to hold.
   * @default - the setting is not a secret
   */
  readonly secretReference?: string;
  /** Why it is set to this value, or left out. */
  readonly why: string;
}

/** Whether the setting is to be left out. */
export function isLeftOut(setting: SettingValue): boolean {
  return setting.value === undefined && setting.environmentVariable === undefined;
}
