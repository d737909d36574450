import { didYouMean, quoted, type Problems } from '../errors';
import type { BundledVersion } from './server-file';

const VERSION = /^\d+(\.\d+)*$/;

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

/** Whether the version is newer than the newest bundled one. Adds a problem when it is none, or older than the oldest one. */
export function checkVersion(
  server: string,
  version: string,
  bundled: readonly BundledVersion[],
  problems: Problems,
): { newer: boolean } {
  const versions = bundled.map((entry) => entry.version);
  const [oldest, newest] = [versions[0], versions[versions.length - 1]];
  const allowed = `${quoted(versions)}, or any version from ${oldest} on`;
  if (!VERSION.test(version)) {
    problems.add('IDT0201', {
      what: `'${version}' is not a version of ${server}`,
      given: `'${version}'`,
      allowed,
      fix: didYouMean(version, versions, `write the version as numbers, such as '${newest}'`),
    });
    return { newer: false };
  }
  if (compareVersions(version, oldest) < 0) {
    problems.add('IDT0201', {
      what: `version ${version} of ${server} is older than the oldest bundled one`,
      given: `'${version}'`,
      allowed,
      fix: 'pass a schemaDirectory with the create-table files of your server to IdentityServer.fromSchemaDirectory',
    });
    return { newer: false };
  }
  return { newer: compareVersions(majorMinor(version), newest) > 0 };
}
