import { createRequire } from 'node:module';

/**
 * The newest version of cloud assemblies that is known here, of aws-cdk-lib 2.276.0; an older one only leaves out what came later.
 * @see https://github.com/aws/aws-cdk-cli/blob/main/packages/@aws-cdk/cloud-assembly-schema/schema/version.json
 */
const NEWEST = 55;

type AssemblySchema = typeof import('aws-cdk-lib/cloud-assembly-schema');

/** The newest version that can be read, when that of a manifest is a newer one; undefined when the manifest can be read. */
export function newestBelow(version: string | undefined): number | undefined {
  const major = majorOf(version);
  if (major <= NEWEST) {
    return undefined;
  }
  const newest = Math.max(NEWEST, newestInstalled());
  return major <= newest ? undefined : newest;
}

/** That of the installed aws-cdk-lib. It takes a tenth of a second to load, and is seldom asked. */
function newestInstalled(): number {
  const { Manifest } = createRequire(__filename)('aws-cdk-lib/cloud-assembly-schema') as AssemblySchema;
  return majorOf(Manifest.version());
}

/** 0 for a version that is missing or none. */
function majorOf(version: string | undefined): number {
  return Number(/^(\d+)\./.exec(version ?? '')?.[1] ?? 0);
}
