import { at, shown, UNKNOWN } from '../intrinsics';
import type { TableRule } from '../rule';

export const replicaStream: TableRule = {
  id: 'REPLICA-STREAM',
  title: 'a replicated table has no stream with new and old images',
  reason:
    'A table with eventually consistent replicas needs a stream, and its view type can only be changed while there is one ' +
    'replica. New and old images serve every reader of the stream.',
  fix: 'set dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES before the first replica is added',
  source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html',
  checkTable: ({ properties, replicas }) => {
    const view = at(properties, 'StreamSpecification', 'StreamViewType');
    const consistency = at(properties, 'MultiRegionConsistency');
    const isEventual = consistency !== 'STRONG' && consistency !== UNKNOWN;
    return replicas.length > 1 && isEventual && view !== UNKNOWN && view !== 'NEW_AND_OLD_IMAGES'
      ? [{ location: 'Properties.StreamSpecification.StreamViewType', message: `it is ${shown(view)}` }]
      : [];
  },
};
