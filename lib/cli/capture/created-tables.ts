import type { Problems } from '../../errors';
import { createTableInput, type TableSchema } from '../../schema';
import { schemaOfDescription, type TableState } from '../../state';
import type { Input } from '../engine/answer';
import { objectIn, tableNameIn, type DoneRequest } from '../record';
import { TableKeys } from './table-keys';

/** What was asked for a table beside its keys. */
export interface RequestedSettings {
  /** Whether the server made the table, and did not find it. */
  readonly isMade: boolean;
  readonly timeToLiveAttribute?: string;
  /** Undefined when nobody asked for it on or off. */
  readonly pointInTimeRecovery?: boolean;
  readonly deletionProtection: boolean;
  readonly stream?: string;
  readonly isEncrypted: boolean;
  /** Whether UpdateTable was used for more than deletion protection. */
  readonly isChanged: boolean;
}

export interface TableFacts extends RequestedSettings {
  readonly region: string;
  readonly tableName: string;
  readonly schema: TableSchema;
}

interface Table {
  readonly region: string;
  readonly tableName: string;
  readonly keys: TableKeys;
  settings: RequestedSettings;
}

/** Follows the requests that were done, and so knows the tables that stand and what was asked for them. */
export class CreatedTables {
  private readonly tables = new Map<string, Table>();

  public get size(): number {
    return this.tables.size;
  }

  /** A table that stood before. */
  public add(state: TableState): void {
    const { region, tableName, schema, timeToLive, pointInTimeRecovery, deletionProtection, stream, encryption } = state;
    this.tables.set(keyOf(region, tableName), {
      region,
      tableName,
      keys: new TableKeys({ ...createTableInput(schema) }),
      settings: {
        isMade: false,
        timeToLiveAttribute: timeToLive.enabled ? timeToLive.attribute : undefined,
        pointInTimeRecovery: pointInTimeRecovery.enabled,
        deletionProtection,
        stream,
        isEncrypted: encryption.key !== 'AWS_OWNED',
        isChanged: false,
      },
    });
  }

  public readonly follow = ({ region, operation, input }: DoneRequest): void => {
    const tableName = tableNameIn(input.TableName) ?? '';
    const key = keyOf(region, tableName);
    const table = this.tables.get(key);
    if (operation === 'CreateTable') {
      const settings = { isMade: true, isChanged: false, deletionProtection: false, isEncrypted: false };
      this.tables.set(key, { region, tableName, keys: new TableKeys(input), settings: withFields(settings, input) });
    } else if (operation === 'DeleteTable') {
      this.tables.delete(key);
    } else if (table !== undefined) {
      change(table, operation, input);
    }
  };

  /** Sorted by region and name. What cannot be a table is a problem. */
  public facts(problems: Problems): TableFacts[] {
    return [...this.tables]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, { region, tableName, keys, settings }]) => {
        const schema = schemaOfDescription(keys.described(tableName), problems);
        return schema === undefined ? [] : [{ region, tableName, schema, ...settings }];
      });
  }
}

function keyOf(region: string, tableName: string): string {
  return `${region}/${tableName}`;
}

function change(table: Table, operation: string, input: Input): void {
  const { settings } = table;
  switch (operation) {
    case 'UpdateTable': {
      table.keys.update(input);
      const isMore = Object.keys(input).some((field) => !['TableName', 'DeletionProtectionEnabled'].includes(field));
      table.settings = { ...withFields(settings, input), isChanged: settings.isChanged || isMore };
      break;
    }
    case 'UpdateTimeToLive': {
      const { Enabled: isOn, AttributeName: attribute } = objectIn(input.TimeToLiveSpecification);
      table.settings = { ...settings, timeToLiveAttribute: isOn === true ? String(attribute) : undefined };
      break;
    }
    case 'UpdateContinuousBackups': {
      const { PointInTimeRecoveryEnabled: isOn } = objectIn(input.PointInTimeRecoverySpecification);
      table.settings = { ...settings, pointInTimeRecovery: isOn === true };
      break;
    }
  }
}

/** With the settings that CreateTable and UpdateTable have in common, as far as they are given. */
function withFields(settings: RequestedSettings, input: Input): RequestedSettings {
  const { DeletionProtectionEnabled: protection, StreamSpecification: stream, SSESpecification: encryption } = input;
  const { StreamEnabled: hasStream, StreamViewType: view } = objectIn(stream);
  return {
    ...settings,
    ...(protection !== undefined && { deletionProtection: protection === true }),
    ...(stream !== undefined && { stream: hasStream === true ? String(view) : undefined }),
    ...(encryption !== undefined && { isEncrypted: objectIn(encryption).Enabled === true }),
  };
}
