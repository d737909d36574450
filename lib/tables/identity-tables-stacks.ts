import { App, Stack, Stage } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { didYouMean, fail, quoted } from '../errors';
import type { IIdentityTables } from './i-identity-tables';
import { IdentityTables, type IdentityTablesProps } from './identity-tables';
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
 * within a stage `<stage>-<id>-<region>`.
 */
export class IdentityTablesStacks extends Construct {
  /** The tables of the primary region. */
  public readonly primary: IdentityTables;

  /** The stacks, the primary region first. */
  public readonly stacks: Stack[] = [];

  private readonly sets = new Map<string, IIdentityTables>();

  public constructor(scope: Construct, id: string, props: IdentityTablesStacksProps) {
    super(scope, id);
    const { account, primaryRegion, ...options } = props;
    this.primary = new IdentityTables(this.createStack(primaryRegion, account), 'IdentityTables', options);
    this.sets.set(primaryRegion, this.primary);
    for (const region of props.replicaRegions ?? []) {
      const regional = new RegionalIdentityTables(this.createStack(region, account), 'IdentityTables', { primary: this.primary });
      this.sets.set(region, regional);
    }
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

  private createStack(region: string, account: string | undefined): Stack {
    const stage = Stage.of(this);
    const prefix = stage === undefined || App.isApp(stage) ? '' : `${stage.stageName}-`;
    const stack = new Stack(this, region, { stackName: `${prefix}${this.node.id}-${region}`, env: { account, region } });
    this.stacks.push(stack);
    return stack;
  }
}
