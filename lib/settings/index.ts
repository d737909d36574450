export { IdentityServerSecrets, type IdentityServerSecretsProps } from './identity-server-secrets';
export { ServerSettings } from './server-settings';
export { SettingPlace, type SettingValue } from './setting-value';
export { serverSettings, type SettingsInput } from './settings';
export type { ServerSettingsOptions } from './settings-options';
