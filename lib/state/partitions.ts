/** What differs between the partitions of AWS: the start of an ARN and the end of a host name. */
export interface Partition {
  readonly partition: string;
  readonly urlSuffix: string;
}

/**
 * Partitions by the start of their region names; every other region is in `aws`. They are repeated here because loading
 * CDK's region facts takes longer than reading an assembly.
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

export function partitionOf(region: string): Partition {
  const prefix = Object.keys(PARTITIONS).find((start) => region.startsWith(start));
  return prefix === undefined ? { partition: 'aws', urlSuffix: 'amazonaws.com' } : PARTITIONS[prefix];
}
