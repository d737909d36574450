import { isDeepStrictEqual } from 'node:util';
import { isUnresolved, resolve } from '../../state';
import type { Extras } from './extras';
import type { PlanInput } from './input';
import { regionsOf, type Table } from './table';
import type { Json } from './template';

/**
 * The Kinesis streams that an import says, which are those of the table: one that the template has not is enabled by the next
 * deployment, and DynamoDB refuses to enable a stream twice
 * (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/707).
 */
export function standingStreams(table: Table, current: Table, target: Table, input: PlanInput): Extras['replicas'] {
  const streams = regionsOf(table).flatMap((region) => {
    const stream = standingStream(region, current, target, input);
    return stream === undefined ? [] : [[region, { KinesisStreamSpecification: stream }] as const];
  });
  return Object.fromEntries(streams);
}

function standingStream(region: string, current: Table, target: Table, { liveExtras }: PlanInput): unknown {
  const [written, wanted] = [current, target].map((table) => streamIn(table, region));
  const live = liveExtras?.find((each) => each.tableName === current.name && each.region === region)?.streamArns;
  if (live === undefined) {
    return isDeepStrictEqual(written, wanted) || typeof written?.StreamArn === 'string' ? written : undefined;
  }
  if (live.length === 0) {
    return undefined;
  }
  const arn = wanted && arnOf(wanted, target);
  const isTaken = arn !== undefined && isUnresolved(arn) && (written === undefined || isDeepStrictEqual(written, wanted));
  return isTaken || (arn !== undefined && live.includes(arn)) ? wanted : { StreamArn: live[0] };
}

function streamIn({ owner }: Table, region: string): Json | undefined {
  return owner?.extras?.replicas[region]?.KinesisStreamSpecification as Json | undefined;
}

function arnOf({ StreamArn: arn }: Json, { account, home, owner }: Table): string {
  const stackName = owner?.stack.split('/')[2] ?? '';
  return String(resolve(arn, { account, region: home, stackName, parameters: {} }));
}
