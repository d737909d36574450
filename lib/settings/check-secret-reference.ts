import { CfnDynamicReference, Token, Tokenization } from 'aws-cdk-lib/core';
import type { Problems } from '../errors';

const NAME_OR_ARN = /^[\w/+=.@:-]{1,2048}$/;
/** 16 or 32 bytes in the usual notations. Names of secrets do not look so. */
const KEYS = [
  /^[A-Za-z0-9+/]{43}=$|^[A-Za-z0-9+/]{22}==$/,
  /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9+/]{43}$/,
  /^[0-9a-f]{32}$|^[0-9a-f]{64}$/i,
];
/** Base64 of `{"`, with which every JWK begins. */
const JWK = /^\s*\{|^eyJ/;

/**
 * Adds a problem when the text is not a place but the secret itself, or becomes it: CloudFormation puts the value in for a dynamic
 * reference. What was given is not told.
 */
export function checkSecretReference(option: string, reference: string | undefined, problems: Problems): void {
  const why = reference === undefined ? undefined : objection(reference);
  if (why !== undefined) {
    problems.add('IDT1006', {
      what: `${option} ${why}`,
      given: 'a text that is not repeated here',
      allowed: 'the name or ARN of a secret or parameter, such as prod-connect2id-keys:hmacSHA256Key',
    });
  }
}

function objection(reference: string): string | undefined {
  if (Token.isUnresolved(reference)) {
    return Tokenization.reverseString(reference).tokens.some((token) => token instanceof CfnDynamicReference)
      ? 'is the value of a secret, not the place where it is kept'
      : undefined;
  }
  if (reference.includes('{{')) {
    return 'is a dynamic reference, for which CloudFormation would put the secret into the text';
  }
  if (KEYS.some((key) => key.test(reference)) || JWK.test(reference)) {
    return 'looks like the key itself';
  }
  return NAME_OR_ARN.test(reference) ? undefined : 'is neither a name nor an ARN';
}
