import { Aws, Token } from 'aws-cdk-lib/core';
import { partitionOf } from '../errors';
import type { ServerDefinition, ServerTable } from '../servers';

/** Where tables stand: everything of an ARN but the name. */
export interface Location {
  readonly region: string;
  readonly account: string;
  readonly partition: string;
  readonly urlSuffix: string;
}

/** A table with its name in DynamoDB, prefix included. */
export interface AccessTable {
  readonly tableName: string;
  readonly table: ServerTable;
}

/** The tables of a server in one region: what every policy of that region is made from. */
export interface RegionalAccess {
  readonly server: ServerDefinition;
  readonly tables: readonly AccessTable[];
  readonly location: Location;
  /** The customer-managed key of this region; undefined when DynamoDB's own key or the AWS-managed one is used. */
  readonly keyArn?: string;
}

export function locationOf(region: string, account: string): Location {
  if (Token.isUnresolved(region)) {
    return { region, account, partition: Aws.PARTITION, urlSuffix: Aws.URL_SUFFIX };
  }
  return { region, account, ...partitionOf(region) };
}

export function tableArn({ partition, region, account }: Location, tableName: string): string {
  return `arn:${partition}:dynamodb:${region}:${account}:table/${tableName}`;
}

export function tableArns({ tables, location }: RegionalAccess): string[] {
  return tables.map(({ tableName }) => tableArn(location, tableName));
}

/** IAM is global: limits a statement that needs the resource `*` to calls in one region. */
export function inRegion({ region }: Location): { readonly StringEquals: { readonly [key: string]: string } } {
  return { StringEquals: { 'aws:RequestedRegion': region } };
}

/** The global secondary indexes of the tables. */
export function globalIndexArns({ tables, location }: RegionalAccess): string[] {
  return tables.flatMap(({ tableName, table }) =>
    table.schema.globalIndexes.map((index) => `${tableArn(location, tableName)}/index/${index.indexName}`),
  );
}
