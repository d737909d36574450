import type { CapacityRange, LiveTable, ThroughputState } from '../../state';
import {
  scalableTargets,
  scalingPolicies,
  type NeighbourServices,
  type ScalableTarget,
  type ScalingPolicy,
} from '../aws/neighbour-services';
import { neighbourUnread } from './neighbour-unread';

export interface Scaling {
  readonly targets: readonly ScalableTarget[];
  readonly policies: readonly ScalingPolicy[];
}

/** The tables of one region with the bounds of their scaled capacity. Asked only where a table has provisioned capacity. */
export async function withScaling(services: NeighbourServices, tables: readonly LiveTable[]): Promise<LiveTable[]> {
  if (!tables.some(({ state }) => state.billing.mode === 'PROVISIONED')) {
    return [...tables];
  }
  try {
    const [targets, policies] = await Promise.all([scalableTargets(services), scalingPolicies(services)]);
    return tables.map((table) => scaled(table, { targets, policies }));
  } catch (error) {
    const unread = neighbourUnread(services, 'capacity', error);
    return tables.map((table) => ({
      ...table,
      unread: table.unread.map((each) => (each.kind === 'capacity' ? unread : each)),
    }));
  }
}

function scaled(table: LiveTable, scaling: Scaling): LiveTable {
  const { state } = table;
  const { billing, tableName } = state;
  if (billing.mode !== 'PROVISIONED') {
    return table;
  }
  const indexes = Object.entries(billing.indexes).map(
    ([name, throughput]) => [name, bounds(throughput, `table/${tableName}/index/${name}`, scaling)] as const,
  );
  return {
    ...table,
    state: {
      ...state,
      billing: { ...billing, table: bounds(billing.table, `table/${tableName}`, scaling), indexes: Object.fromEntries(indexes) },
    },
    unread: table.unread.filter(({ kind }) => kind !== 'capacity'),
  };
}

function bounds(fixed: ThroughputState, resourceId: string, scaling: Scaling): ThroughputState {
  const [read, write] = ['ReadCapacityUnits', 'WriteCapacityUnits'].map((unit) => rangeOf(resourceId, unit, scaling));
  return { ...fixed, ...(read && { read }), ...(write && { write }) };
}

function rangeOf(resourceId: string, unit: string, { targets, policies }: Scaling): CapacityRange | undefined {
  const isOwn = ({ ResourceId: id, ScalableDimension: dimension }: ScalableTarget | ScalingPolicy): boolean =>
    id === resourceId && dimension.endsWith(`:${unit}`);
  const target = targets.find(isOwn);
  const aim = policies.find(isOwn)?.TargetTrackingScalingPolicyConfiguration?.TargetValue;
  return target && { min: target.MinCapacity, max: target.MaxCapacity, ...(aim !== undefined && { targetUtilization: aim }) };
}
