import { didYouMean, quoted, type Problems } from '../errors';
import type { BundledVersion } from './server-file';

const VERSION = /^\d+(\.\d+)*$/;

export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

/** Negative when a is older than b, zero when equal, positive when newer. `8` equals `8.0`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

export function isSince(version: string, since: string | undefined): boolean {
  return since === undefined || compareVersions(version, since) >= 0;
}

/** Major and minor number: the patch of a server never changes its tables. */
export function majorMinor(version: string): string {
  const [major, minor = '0'] = version.split('.');
  return `${major}.${minor}`;
}

/** A version that was checked against the bundled ones. */
export interface CheckedVersion {
  /** The version itself; where it has a problem, the nearest bundled one, so that the other options can still be checked. */
  readonly usable: string;
  /** Whether it is newer than the newest bundled one. */
  readonly newer: boolean;
}

/** Adds a problem when the version is none, or older than the oldest bundled one. */
export function checkVersion(
  server: string,
  version: string,
  bundled: readonly BundledVersion[],
  problems: Problems,
): CheckedVersion {
  const versions = bundled.map((entry) => entry.version);
  const oldest = versions.at(0) ?? '0';
  const newest = versions.at(-1);
  const allowed = versions.length === 0 ? 'numbers and dots' : `${quoted(versions)}, or any version from ${oldest} on`;
  if (!isVersion(version)) {
    problems.add('IDT0201', {
      what: `'${version}' is not a version of ${server}`,
      given: `'${version}'`,
      allowed,
      fix: didYouMean(version, versions, `write the version as numbers, such as '${newest ?? '2.1'}'`),
    });
    return { usable: newest ?? oldest, newer: false };
  }
  if (compareVersions(version, oldest) < 0) {
    problems.add('IDT0201', {
      what: `version ${version} of ${server} is older than the oldest bundled one`,
      given: `'${version}'`,
      allowed,
      fix: 'pass a schemaDirectory with the create-table files of your server to IdentityServer.fromSchemaDirectory',
    });
    return { usable: oldest, newer: false };
  }
  return { usable: version, newer: newest !== undefined && compareVersions(majorMinor(version), newest) > 0 };
}
