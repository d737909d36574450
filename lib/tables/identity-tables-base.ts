import { Annotations, ArnFormat, Stack } from 'aws-cdk-lib/core';
import { TableV2, type ITableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { IdentityTablesGrants } from '../access';
import { warningId, WARNINGS } from '../errors';
import type { Notice, ServerTable } from '../servers';
import { serverSettings, type ServerSettings, type ServerSettingsOptions } from '../settings';
import type { IIdentityTables } from './i-identity-tables';
import { constructId } from './names';
import { findTable, tableName, type TableSet } from './table-set';

/**
 * What the constructs of every region have in common.
 * @internal
 */
export abstract class IdentityTablesBase extends Construct implements IIdentityTables {
  public readonly regions: string[];
  public readonly tableNames: string[];

  private readonly resources = new Map<string, ITableV2>();

  protected constructor(
    scope: Construct,
    id: string,
    /** @internal */
    public readonly _set: TableSet,
  ) {
    super(scope, id);
    this.regions = [_set.primaryRegion, ..._set.replicaRegions];
    this.tableNames = _set.server.tables.map((table) => table.baseName);
  }

  public get grants(): IdentityTablesGrants {
    const { region, account } = Stack.of(this);
    return grantsOn(this._set, account, [region]);
  }

  public tableName(baseName: string): string {
    return tableName(this._set, findTable(this._set, baseName));
  }

  public table(baseName: string): ITableV2 {
    const table = findTable(this._set, baseName);
    const resource = this.resources.get(baseName) ?? this.importTable(table);
    this.resources.set(baseName, resource);
    return resource;
  }

  public serverSettings(region: string, options?: ServerSettingsOptions): ServerSettings {
    const { server, tablePrefix, overrides } = this._set;
    return serverSettings({ server, tablePrefix, region, regions: this.regions, overrides, options });
  }

  /** @internal */
  protected _own(table: ServerTable, resource: ITableV2): void {
    this.resources.set(table.baseName, resource);
  }

  /** Built from literals, so that no table attribute leaves its stack. */
  private importTable(table: ServerTable): ITableV2 {
    const stack = Stack.of(this);
    return TableV2.fromTableAttributes(this, constructId(table), {
      tableArn: stack.formatArn({
        service: 'dynamodb',
        resource: 'table',
        resourceName: tableName(this._set, table),
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      }),
      globalIndexes: table.schema.globalIndexes.map((index) => index.indexName),
      localIndexes: table.schema.localIndexes.map((index) => index.indexName),
    });
  }
}

/** Permissions on the tables of a set in some of its regions. */
export function grantsOn(set: TableSet, account: string, regions: readonly string[]): IdentityTablesGrants {
  return IdentityTablesGrants._of({
    server: set.server,
    tables: set.server.tables.map((table) => ({ tableName: tableName(set, table), table })),
    account,
    regions: regions.map((region) => ({ region, keyArn: set.keyArns?.[region] })),
  });
}

/** Tells notices at a construct, where they can be acknowledged. */
export function annotate(construct: Construct, notices: readonly Notice[]): void {
  const annotations = Annotations.of(construct);
  for (const { warning, message } of notices) {
    if (WARNINGS[warning].level === 'warning') {
      annotations.addWarningV2(warningId(warning), message);
    } else {
      annotations.addInfoV2(warningId(warning), message);
    }
  }
}
