import { Stack, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { Problems, quoted } from '../errors';
import type { IdentityTablesProps } from './identity-tables';
import { IdentityTablesBase } from './identity-tables-base';
import { resolveTableSet } from './table-set';

/**
 * Tables that another stack or app owns. The options are those of its owner; protection, billing and overrides matter only when it
 * is the primary of a RegionalIdentityTables, which inherits them.
 */
export interface IdentityTablesAttributes extends IdentityTablesProps {
  /** The region of the stack that owns the replicated tables. */
  readonly primaryRegion: string;
}

/** @internal */
export class ImportedIdentityTables extends IdentityTablesBase {
  public constructor(scope: Construct, id: string, attributes: IdentityTablesAttributes) {
    const problems = new Problems();
    const set = resolveTableSet(attributes, attributes.primaryRegion, problems);
    const { region } = Stack.of(scope);
    const regions = [set.primaryRegion, ...set.replicaRegions];
    if (!Token.isUnresolved(region) && !regions.some((known) => known === region || Token.isUnresolved(known))) {
      problems.add('IDT0308', {
        what: `the tables do not exist in '${region}', the region of this stack`,
        given: `'${region}'`,
        allowed: quoted(regions),
        fix: 'import the tables in a stack of one of their regions',
      });
    }
    problems.throwIfAny();
    super(scope, id, set);
  }
}
