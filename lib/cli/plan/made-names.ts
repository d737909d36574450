import type { TableState } from '../../state';
import type { LiveOwner } from './live-owners';
import { sourceOf, type Source } from './source';

/**
 * What CloudFormation adds to the name of a stack and a logical id when it makes up a name
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html).
 */
const RANDOM = /^-[A-Z0-9]{12,13}$/;

type Owned = Pick<LiveOwner, 'stackName' | 'logicalId' | 'tableName' | 'region'>;

/** The same assembly, whose tables without a name have the names that CloudFormation has made up for them. */
export function withMadeNames(source: Source, owners: readonly Owned[]): Source {
  const states = source.states.map((state) => {
    const tableName = madeName(state, owners);
    return tableName === undefined ? state : { ...state, tableName, schema: { ...state.schema, tableName } };
  });
  return states.every((state, i) => state === source.states[i]) ? source : sourceOf(source.directory, states, source.stacks);
}

function madeName({ tableName, region, owner }: TableState, owners: readonly Owned[]): string | undefined {
  const home = owner.kind === 'replica' ? owner.primaryRegion : region;
  const made = owners.find(
    (each) =>
      each.region === home &&
      // What stands for such a name until it is known.
      tableName === `${each.stackName}-${each.logicalId}` &&
      RANDOM.test(each.tableName.slice(tableName.length)) &&
      each.tableName.startsWith(tableName),
  );
  return made?.tableName;
}
