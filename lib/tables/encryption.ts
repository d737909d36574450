import { Token } from 'aws-cdk-lib/core';
import { TableEncryption, TableEncryptionV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { didYouMean, quoted, type Problems } from '../errors';

/** Which keys encrypt the tables. */
export interface EncryptionOptions {
  readonly encryption?: TableEncryption;
  /** By region. */
  readonly keyArns?: { readonly [region: string]: string };
}

/** With keyArns the key is customer managed, without a word about it. */
export function effectiveEncryption(options: EncryptionOptions): TableEncryption {
  return options.encryption ?? (options.keyArns === undefined ? TableEncryption.DEFAULT : TableEncryption.CUSTOMER_MANAGED);
}

/** Adds the problems of keys that are missing, too many, or of another region. Tokens are not checked. */
export function checkEncryption(options: EncryptionOptions, regions: readonly string[], problems: Problems): void {
  const { keyArns } = options;
  if (effectiveEncryption(options) !== TableEncryption.CUSTOMER_MANAGED) {
    if (keyArns !== undefined) {
      problems.add('IDT0902', {
        what: `keyArns are given, but encryption is ${options.encryption}`,
        given: quoted(Object.keys(keyArns)),
        allowed: 'keyArns with TableEncryption.CUSTOMER_MANAGED only',
        fix: 'drop keyArns or encryption',
      });
    }
    return;
  }
  if (regions.some((region) => Token.isUnresolved(region))) {
    problems.add('IDT0306', {
      what: 'customer-managed keys need a stack with a region, since every region has a key of its own',
      given: 'an environment-agnostic stack',
      allowed: 'a stack with env: { region }; the account may stay open',
    });
    return;
  }
  if (keyArns === undefined) {
    problems.add('IDT0901', {
      what: 'customer-managed keys are asked for, but no key is given',
      given: 'TableEncryption.CUSTOMER_MANAGED without keyArns',
      allowed: `keyArns with ${quoted(regions)}`,
    });
    return;
  }
  for (const region of regions.filter((candidate) => keyArns[candidate] === undefined)) {
    problems.add('IDT0901', {
      what: `keyArns has no key for '${region}'`,
      given: quoted(Object.keys(keyArns)),
      allowed: `one key for each of ${quoted(regions)}`,
      fix: `add the ARN of a key in '${region}'`,
    });
  }
  for (const [region, arn] of Object.entries(keyArns)) {
    checkKey(region, arn, regions, problems);
  }
}

function checkKey(region: string, arn: string, regions: readonly string[], problems: Problems): void {
  if (!regions.includes(region)) {
    problems.add('IDT0902', {
      what: `keyArns has a key for '${region}', where the set has no tables`,
      given: `'${region}'`,
      allowed: quoted(regions),
      fix: didYouMean(region, regions, `remove '${region}' from keyArns`),
    });
  }
  if (Token.isUnresolved(arn)) {
    return;
  }
  const [, , service, keyRegion, , resource = ''] = arn.split(':');
  if (service !== 'kms' || !resource.startsWith('key/')) {
    problems.add('IDT0903', {
      what: `the key for '${region}' is not the ARN of a KMS key`,
      given: `'${arn}'`,
      allowed: 'arn:<partition>:kms:<region>:<account>:key/<id>; an alias will not do',
    });
  } else if (keyRegion !== region) {
    problems.add('IDT0903', {
      what: `the key for '${region}' is a key of '${keyRegion}'`,
      given: `'${arn}'`,
      allowed: `a key in '${region}'`,
    });
  }
}

/** The encryption of a table in one region and its replicas in others. */
export function tableEncryption(
  scope: Construct,
  options: EncryptionOptions,
  region: string,
  replicaRegions: readonly string[],
): TableEncryptionV2 | undefined {
  switch (effectiveEncryption(options)) {
    case TableEncryption.DEFAULT:
      return undefined;
    case TableEncryption.AWS_MANAGED:
      return TableEncryptionV2.awsManagedKey();
    case TableEncryption.CUSTOMER_MANAGED: {
      const arns = options.keyArns ?? {};
      const replicaKeyArns = Object.fromEntries(replicaRegions.map((replica) => [replica, arns[replica]]));
      return TableEncryptionV2.customerManagedKey(keyOf(scope, arns[region]), replicaKeyArns);
    }
  }
}

// The hyphen keeps the id apart from those of tables.
const KEY_ID = 'encryption-key';

/** The imported key of the region, one for all tables. */
function keyOf(scope: Construct, arn: string): IKey {
  return (scope.node.tryFindChild(KEY_ID) as IKey | undefined) ?? Key.fromKeyArn(scope, KEY_ID, arn);
}
