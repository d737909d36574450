import { RegionInfo } from 'aws-cdk-lib/region-info';
import { AWS_REGIONS, partitionOf } from '../../lib/errors';

test('the regions and partitions are those of CDK', () => {
  expect(AWS_REGIONS).toEqual(RegionInfo.regions.map((info) => info.name).sort());
  for (const region of AWS_REGIONS) {
    const { partition, domainSuffix } = RegionInfo.get(region);
    expect({ region, ...partitionOf(region) }).toEqual({ region, partition, urlSuffix: domainSuffix });
  }
});
