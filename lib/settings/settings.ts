import { Problems } from '../errors';
import type { ServerDefinition, ServerTable } from '../servers';
import { checkSettings } from './check-settings';
import { serverForm } from './server-forms';
import { ServerSettings } from './server-settings';
import type { SettingsContext } from './setting-row';
import type { ServerSettingsOptions } from './settings-options';

/** The set of tables that a server is told about. */
export interface SettingsInput {
  readonly server: ServerDefinition;
  readonly tablePrefix: string;
  readonly region: string;
  /** The regions of the set; undefined when they are not known. */
  readonly regions?: readonly string[];
  /** Overrides of the tables, by base name. */
  readonly overrides?: { readonly [baseName: string]: { readonly timeToLiveAttribute?: string } };
  readonly options?: ServerSettingsOptions;
}

/** @throws IdentityTablesError with every problem of region and options */
export function serverSettings(input: SettingsInput): ServerSettings {
  const { server, tablePrefix, region, options = {} } = input;
  const context: SettingsContext = { server, tablePrefix, region, timeToLiveTables: timeToLiveTables(input), options };
  const problems = new Problems();
  checkSettings(context, input.regions, problems);
  problems.throwIfAny();
  const form = serverForm(context);
  return ServerSettings._of(form, {
    heading: heading(context),
    values: form.values(context),
    dataSourceId: options.dataSourceId ?? 'identity-tables',
  });
}

function timeToLiveTables({ server, overrides = {} }: SettingsInput): string[] {
  const attribute = ({ baseName, profile }: ServerTable) =>
    overrides[baseName]?.timeToLiveAttribute ?? profile.timeToLiveAttribute;
  // An empty text in an override switches time to live off.
  return server.tables.filter((table) => (attribute(table) ?? '') !== '').map((table) => table.baseName);
}

function heading({ server, tablePrefix, region, options }: SettingsContext): string {
  const version = server.version === undefined ? '' : ` ${server.version}`;
  const place = options.localEndpoint === undefined ? region : `${region} at ${options.localEndpoint}`;
  const names = tablePrefix === '' ? 'without prefix' : `with prefix '${tablePrefix}'`;
  const tables = server.tables.length === 1 ? '1 table' : `${server.tables.length} tables`;
  return `${server.title}${version}: ${tables} ${names} in ${place}`;
}
