import { Stack, Token } from 'aws-cdk-lib/core';
import { CfnGlobalTable, CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import type { IConstruct } from 'constructs';
import { CODES, formatProblem } from '../errors';

/** One table of the app in one region. */
interface Placement {
  readonly key: string;
  readonly region: string;
  readonly tableName: string;
  readonly path: string;
}

/**
 * The tables of this construct whose name another table of the app has in the same account and region. Generated names and
 * names that are tokens are not known at synthesis and are not compared.
 */
export function nameCollisions(construct: IConstruct): string[] {
  const mine = new Map(placements(construct).map((placement) => [placement.key, placement]));
  const errors: string[] = [];
  for (const other of placements(construct.node.root)) {
    const own = mine.get(other.key);
    if (own !== undefined && own.path !== other.path) {
      errors.push(
        formatProblem({
          code: 'IDT0103',
          what: `table '${own.tableName}' exists twice in ${own.region}`,
          given: `'${own.path}' and '${other.path}'`,
          allowed: 'one table of a name in an account and region',
          fix: CODES.IDT0103.fix,
        }),
      );
    }
  }
  return errors;
}

function placements(scope: IConstruct): Placement[] {
  return scope.node.findAll().flatMap((node) => {
    const isTable = CfnTable.isCfnTable(node);
    if (
      (!isTable && !CfnGlobalTable.isCfnGlobalTable(node)) ||
      node.tableName === undefined ||
      Token.isUnresolved(node.tableName)
    ) {
      return [];
    }
    const stack = Stack.of(node);
    const { tableName } = node;
    const regions = isTable ? [stack.region] : replicaRegions(node);
    return regions.map((region) => ({
      // Open accounts are taken for the same one. Stacks of an open region may go anywhere: their tables meet within one stack only.
      key: [Token.isUnresolved(stack.account) ? 'open' : stack.account, regionKey(region, stack), tableName].join('/'),
      region: Token.isUnresolved(region) ? `the region of ${stack.node.path}` : region,
      tableName,
      path: node.node.path,
    }));
  });
}

function replicaRegions(table: CfnGlobalTable): string[] {
  const replicas = Stack.of(table).resolve(table.replicas) as { readonly region: string }[];
  return replicas.map((replica) => (typeof replica.region === 'string' ? replica.region : Stack.of(table).region));
}

function regionKey(region: string, stack: Stack): string {
  return Token.isUnresolved(region) ? stack.node.addr : region;
}
