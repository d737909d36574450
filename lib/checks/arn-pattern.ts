import { UNKNOWN_TEXT } from './text';

/** The parts of an ARN before the resource: arn, partition, service, region, account. */
const LEADING_PARTS = 5;

/**
 * Whether the resource of a policy covers an ARN, and does so by a wildcard at the place of the ARN's resource. An unknown
 * partition, region or account may be the right one; an unknown resource is not taken to be covered.
 */
export function coversByWildcard(pattern: string, arn: string): boolean {
  const [given, actual] = [split(pattern), split(arn)];
  const last = given.length - 1;
  return (
    /[*?]/.test(given[last]) &&
    matches(given[last], actual.slice(last).join(':')) &&
    given.slice(0, last).every((part, i) => part === UNKNOWN_TEXT || actual[i] === UNKNOWN_TEXT || matches(part, actual[i]))
  );
}

function split(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= LEADING_PARTS ? parts : [...parts.slice(0, LEADING_PARTS), parts.slice(LEADING_PARTS).join(':')];
}

function matches(pattern: string, value: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`).test(value);
}
