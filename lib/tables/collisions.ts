import { Stack, Token } from 'aws-cdk-lib/core';
import { CfnGlobalTable, CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import type { IConstruct } from 'constructs';
import { CODES, formatProblem } from '../errors';

type NamedTable = (CfnTable | CfnGlobalTable) & { readonly tableName: string };

/** One table of the app in one region. */
interface Placement {
  readonly key: string;
  readonly region: string;
  readonly path: string;
}

/**
 * The tables of this construct whose name another table of the app has in the same account and region. Generated names and
 * names that are tokens are not known at synthesis and are not compared.
 */
export function nameCollisions(construct: IConstruct): string[] {
  const namesakes = new Map<string, NamedTable[]>();
  for (const table of namedTables(construct.node.root)) {
    namesakes.set(table.tableName, [...(namesakes.get(table.tableName) ?? []), table]);
  }
  return namedTables(construct).flatMap((own) => {
    const others = (namesakes.get(own.tableName) ?? []).filter((table) => table !== own);
    // Most names stand once in an app, and where they stand need not be looked at.
    return others.length === 0 ? [] : meetings(own, others);
  });
}

function meetings(own: NamedTable, others: readonly NamedTable[]): string[] {
  const mine = new Map(placements(own).map((placement) => [placement.key, placement]));
  return others.flatMap(placements).flatMap(({ key, path }) => {
    const placement = mine.get(key);
    return placement === undefined
      ? []
      : [
          formatProblem({
            code: 'IDT0103',
            what: `table '${own.tableName}' exists twice in ${placement.region}`,
            given: `'${placement.path}' and '${path}'`,
            allowed: 'one table of a name in an account and region',
            fix: CODES.IDT0103.fix,
          }),
        ];
  });
}

function namedTables(scope: IConstruct): NamedTable[] {
  return scope.node.findAll().filter((node): node is NamedTable => {
    const isTable = CfnTable.isCfnTable(node) || CfnGlobalTable.isCfnGlobalTable(node);
    return isTable && node.tableName !== undefined && !Token.isUnresolved(node.tableName);
  });
}

function placements(table: NamedTable): Placement[] {
  const stack = Stack.of(table);
  const regions = CfnTable.isCfnTable(table) ? [stack.region] : replicaRegions(table);
  return regions.map((region) => ({
    // Open accounts are taken for the same one. Stacks of an open region may go anywhere: their tables meet within one stack only.
    key: [Token.isUnresolved(stack.account) ? 'open' : stack.account, regionKey(region, stack)].join('/'),
    region: Token.isUnresolved(region) ? `the region of ${stack.node.path}` : region,
    path: table.node.path,
  }));
}

function replicaRegions(table: CfnGlobalTable): string[] {
  const replicas = Stack.of(table).resolve(table.replicas) as { readonly region: string }[];
  return replicas.map((replica) => (typeof replica.region === 'string' ? replica.region : Stack.of(table).region));
}

function regionKey(region: string, stack: Stack): string {
  return Token.isUnresolved(region) ? stack.node.addr : region;
}
