import { RegionInfo } from 'aws-cdk-lib/region-info';
import { AWS_REGIONS, didYouMean, editDistance, partitionOf, quoted, type Problems } from '../errors';
import type { Notice, ServerDefinition } from '../servers';

const WELL_FORMED = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;

/** The regions of a set: the primary, which may be a token when there is no other, and the others. */
export interface Regions {
  readonly primaryRegion: string;
  readonly replicaRegions: readonly string[];
}

/** Adds every problem of the concrete regions, and returns what is only to be told. */
export function checkRegions(regions: readonly string[], server: ServerDefinition, problems: Problems): Notice[] {
  const notices: Notice[] = [];
  for (const region of new Set(regions)) {
    const verdict = regionVerdict(region);
    if (verdict === 'unknown') {
      notices.push({ warning: 'unknown-region', message: `this version of CDK does not know the region '${region}'` });
    }
    if (verdict === 'wrong') {
      const known = RegionInfo.regions.map((info) => info.name);
      problems.add('IDT0301', {
        what: `'${region}' is not an AWS region`,
        given: `'${region}'`,
        allowed: 'the code of an AWS region',
        fix: didYouMean(region, known, 'use the code of an AWS region, such as eu-central-1'),
      });
    } else if (server.selectableRegions?.includes(region) === false) {
      problems.add('IDT0302', {
        what: `the data source of ${server.title} cannot be set to '${region}'`,
        given: `'${region}'`,
        allowed: quoted(server.selectableRegions),
        fix: didYouMean(region, server.selectableRegions, 'use a region of the list'),
      });
    }
  }
  const byPartition = new Map(regions.map((region) => [partitionOf(region).partition, region]));
  if (byPartition.size > 1) {
    problems.add('IDT0307', {
      what: 'the regions belong to different AWS partitions, which cannot share a table',
      given: [...byPartition].map(([partition, region]) => `'${region}' (${partition})`).join(', '),
      allowed: 'regions of one partition',
    });
  }
  return notices;
}

/** Adds the problems of the list as a whole. */
export function checkRegionList({ primaryRegion, replicaRegions }: Regions, server: ServerDefinition, problems: Problems): void {
  if (replicaRegions.includes(primaryRegion)) {
    problems.add('IDT0303', {
      what: `the primary region '${primaryRegion}' is also given in replicaRegions`,
      given: quoted(replicaRegions),
      allowed: 'the regions besides the primary one',
      fix: `remove '${primaryRegion}' from replicaRegions`,
    });
  }
  const twice = new Set(replicaRegions.filter((region, i) => replicaRegions.indexOf(region) !== i));
  for (const region of twice) {
    problems.add('IDT0304', { what: `'${region}' is listed twice in replicaRegions`, given: quoted(replicaRegions) });
  }
  if (server.singleRegionReason !== undefined && replicaRegions.length > 0) {
    problems.add('IDT0305', {
      what: `${server.title} cannot run in several regions with these options: ${server.singleRegionReason}`,
      given: `replicaRegions ${quoted(replicaRegions)}`,
      allowed: 'one region',
    });
  }
}

/** A number alone never makes a typo: new regions differ from their neighbours by the number. */
function regionVerdict(region: string): 'known' | 'unknown' | 'wrong' {
  if (AWS_REGIONS.includes(region)) {
    return 'known';
  }
  // A newer CDK than this library may know more; its facts are loaded only when they are asked.
  const names = RegionInfo.regions.map((info) => info.name);
  if (names.includes(region)) {
    return 'known';
  }
  if (!WELL_FORMED.test(region)) {
    return 'wrong';
  }
  const area = (name: string) => name.replace(/-\d+$/, '');
  const areas = new Set(names.map(area));
  if (areas.has(area(region))) {
    return 'unknown';
  }
  return [...areas].some((known) => editDistance(known, area(region)) === 1) ? 'wrong' : 'unknown';
}
