import { App, Stack, Stage, Token, type Environment } from 'aws-cdk-lib/core';
import { TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { IdentityTablesGrants } from '../access';
import { didYouMean, fail, Problems, quoted } from '../errors';
import type { IIdentityTables } from './i-identity-tables';
import { grantsOn } from './identity-tables-base';
import { IdentityTablesKey } from './identity-tables-key';
import { IdentityTables, type IdentityTablesProps } from './identity-tables';
import { Protection } from './protection';
import { RegionalIdentityTables } from './regional-identity-tables';

/** Properties of IdentityTablesStacks. */
export interface IdentityTablesStacksProps extends IdentityTablesProps {
  /** The region of the stack that owns the replicated tables. */
  readonly primaryRegion: string;
  /**
   * The account of all stacks.
   * @default - open: the account of the credentials that deploy
   */
  readonly account?: string;
}

/**
 * One stack per region with every table of an identity server, the primary region first. The stacks are called `<id>-<region>`,
 * within a stage `<stage>-<id>-<region>`. With customer-managed keys and no `keyArns`, a key stack `<id>-keys-<region>` per region
 * comes before them.
 */
export class IdentityTablesStacks extends Construct {
  /** The tables of the primary region. */
  public readonly primary: IdentityTables;

  /** The stacks in the order in which they are deployed: keys if they are made here, the primary region, the others. */
  public readonly stacks: Stack[] = [];

  private readonly sets = new Map<string, IIdentityTables>();

  public constructor(scope: Construct, id: string, props: IdentityTablesStacksProps) {
    super(scope, id);
    const { account, primaryRegion, ...options } = props;
    checkConcrete([primaryRegion, ...(props.replicaRegions ?? [])]);
    const makesKeys = props.encryption === TableEncryption.CUSTOMER_MANAGED && props.keyArns === undefined;
    const keys = makesKeys ? this.createKeys(props) : [];
    const primaryStack = this.createStack(primaryRegion, { account, region: primaryRegion });
    this.primary = new IdentityTables(primaryStack, 'IdentityTables', {
      ...options,
      keyArns: makesKeys ? Object.fromEntries(keys.map((key) => [Stack.of(key).region, key.keyArn])) : props.keyArns,
    });
    this.sets.set(primaryRegion, this.primary);
    for (const region of props.replicaRegions ?? []) {
      const stack = this.createStack(region, { account, region });
      this.sets.set(region, new RegionalIdentityTables(stack, 'IdentityTables', { primary: this.primary }));
    }
  }

  /** Permissions on the tables of all regions. Those of one region hang on `tablesIn(region)`. */
  public get grants(): IdentityTablesGrants {
    return grantsOn(this.primary._set, Stack.of(this.primary).account, this.primary.regions);
  }

  /**
   * The tables of one region.
   *
   * @param region one of the regions of the set; fails with IDT0308 otherwise
   */
  public tablesIn(region: string): IIdentityTables {
    const regions = [...this.sets.keys()];
    return (
      this.sets.get(region) ??
      fail('IDT0308', {
        what: `the tables do not exist in '${region}'`,
        given: `'${region}'`,
        allowed: quoted(regions),
        fix: didYouMean(region, regions, 'use one of the regions of the set'),
      })
    );
  }

  /** One stack a region, before all others. */
  private createKeys({ account, primaryRegion, replicaRegions, protection }: IdentityTablesStacksProps): IdentityTablesKey[] {
    const { removalPolicy } = protection ?? Protection.production();
    return [...new Set([primaryRegion, ...(replicaRegions ?? [])])].map((region) => {
      const stack = this.createStack(`keys-${region}`, { account, region });
      return new IdentityTablesKey(stack, 'IdentityTablesKey', { removalPolicy });
    });
  }

  private createStack(name: string, env: Environment): Stack {
    const stage = Stage.of(this);
    const prefix = stage === undefined || App.isApp(stage) ? '' : `${stage.stageName}-`;
    const stack = new Stack(this, name, { stackName: `${prefix}${this.node.id}-${name}`, env });
    this.stacks.push(stack);
    return stack;
  }
}

/** Stacks are named after their regions. */
function checkConcrete(regions: string[]): void {
  const problems = new Problems();
  for (const region of regions.filter((candidate) => candidate === '' || Token.isUnresolved(candidate))) {
    problems.add('IDT0301', {
      what: 'every region of IdentityTablesStacks must be known at synthesis, since its stack is named after it',
      given: region === '' ? "''" : 'a token',
      allowed: 'the code of an AWS region',
    });
  }
  problems.throwIfAny();
}
