/** What differs between the partitions of AWS: the start of an ARN and the end of a host name. */
export interface Partition {
  readonly partition: string;
  readonly urlSuffix: string;
}

/**
 * Partitions by the start of their region names; every other region is in `aws`. Partitions and regions are repeated here because
 * loading CDK's region facts takes longer than making all tables; a test compares the two.
 * @see https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/region-info/build-tools/fact-tables.ts
 */
const PARTITIONS: { readonly [regionPrefix: string]: Partition } = {
  'cn-': { partition: 'aws-cn', urlSuffix: 'amazonaws.com.cn' },
  'us-gov-': { partition: 'aws-us-gov', urlSuffix: 'amazonaws.com' },
  'us-iso-': { partition: 'aws-iso', urlSuffix: 'c2s.ic.gov' },
  'us-isob-': { partition: 'aws-iso-b', urlSuffix: 'sc2s.sgov.gov' },
  'eu-isoe-': { partition: 'aws-iso-e', urlSuffix: 'cloud.adc-e.uk' },
  'us-isof-': { partition: 'aws-iso-f', urlSuffix: 'csp.hci.ic.gov' },
  'eusc-': { partition: 'aws-eusc', urlSuffix: 'amazonaws.eu' },
};

/** The regions that are known without CDK's region facts. */
export const AWS_REGIONS: readonly string[] = [
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-south-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-central-1',
  'ca-west-1',
  'cn-north-1',
  'cn-northwest-1',
  'eu-central-1',
  'eu-central-2',
  'eu-isoe-west-1',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'eusc-de-east-1',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'me-west-1',
  'mx-central-1',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-gov-east-1',
  'us-gov-west-1',
  'us-iso-east-1',
  'us-iso-west-1',
  'us-isob-east-1',
  'us-isob-west-1',
  'us-isof-east-1',
  'us-isof-south-1',
  'us-west-1',
  'us-west-2',
];

export function partitionOf(region: string): Partition {
  const prefix = Object.keys(PARTITIONS).find((start) => region.startsWith(start));
  return prefix === undefined ? { partition: 'aws', urlSuffix: 'amazonaws.com' } : PARTITIONS[prefix];
}
