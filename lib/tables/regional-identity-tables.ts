import { CfnWaitConditionHandle, Stack, Stage, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { didYouMean, fail, Problems, quoted } from '../errors';
import { nameCollisions } from './collisions';
import type { IIdentityTables } from './i-identity-tables';
import { IdentityTables } from './identity-tables';
import { annotate, IdentityTablesBase } from './identity-tables-base';
import { ImportedIdentityTables } from './imported-identity-tables';
import { createTable } from './table-factory';
import { isReplicated, type TableSet } from './table-set';

/** Properties of RegionalIdentityTables. */
export interface RegionalIdentityTablesProps {
  /** The tables of the primary region, of this app or imported. Every setting is inherited from it. */
  readonly primary: IIdentityTables;
}

/**
 * The tables of a further region: those that are not replicated are made in this stack, the replicated ones are found by name.
 */
export class RegionalIdentityTables extends IdentityTablesBase {
  public constructor(scope: Construct, id: string, props: RegionalIdentityTablesProps) {
    const { primary } = props;
    if (!(primary instanceof IdentityTables || primary instanceof ImportedIdentityTables)) {
      fail('IDT0308', {
        what: 'primary is not the set of a primary region',
        given: `'${primary.node.path}'`,
        allowed: 'an IdentityTables, or what IdentityTables.fromIdentityTablesAttributes returns',
      });
    }
    const set = primary._set;
    const { region } = Stack.of(scope);
    checkRegion(region, set);
    if (primary instanceof IdentityTables) {
      if (!primary._serve(region)) {
        fail('IDT0308', {
          what: `'${region}' has a RegionalIdentityTables already`,
          given: `'${region}' twice`,
          allowed: 'one per region',
        });
      }
      dependOn(Stack.of(scope), Stack.of(primary));
    }
    super(scope, id, set);
    const regional = set.server.tables.filter((table) => !isReplicated(set, table));
    for (const table of regional) {
      this._own(table, createTable(this, set, table, region));
    }
    if (regional.length === 0) {
      // CloudFormation refuses a stack without resources, and the CLI deletes one that has lost its last.
      new CfnWaitConditionHandle(this, 'no-regional-tables');
      annotate(this, [
        {
          warning: 'no-regional-tables',
          message: `every table of ${set.server.title} is replicated; nothing is made in '${region}'`,
        },
      ]);
    }
    this.node.addValidation({ validate: () => nameCollisions(this) });
  }
}

function checkRegion(region: string, set: TableSet): void {
  const problems = new Problems();
  if (Token.isUnresolved(region)) {
    problems.add('IDT0306', {
      what: 'a RegionalIdentityTables needs a stack with a region',
      given: 'an environment-agnostic stack',
      allowed: quoted(set.replicaRegions),
    });
  } else if (region === set.primaryRegion) {
    problems.add('IDT0308', {
      what: `'${region}' is the primary region, whose tables IdentityTables makes`,
      given: `'${region}'`,
      allowed: quoted(set.replicaRegions),
      fix: 'remove this RegionalIdentityTables, or put it into a stack of another region',
    });
  } else if (!set.replicaRegions.includes(region)) {
    problems.add('IDT0308', {
      what: `'${region}' is not among the replicaRegions of the primary`,
      given: `'${region}'`,
      allowed: quoted(set.replicaRegions),
      fix: didYouMean(region, set.replicaRegions, `add '${region}' to replicaRegions`),
    });
  }
  problems.throwIfAny();
}

/** Stacks of different stages cannot depend on each other. */
function dependOn(regional: Stack, primary: Stack): void {
  if (regional !== primary && Stage.of(regional) === Stage.of(primary)) {
    regional.addStackDependency(primary, 'the primary region comes first');
  }
}
