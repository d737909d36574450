import { fail } from '../../errors';
import { errorText } from '../aws/service-error';
import type { LiveAccess } from '../verify/live-access';
import { reachOf } from '../verify/read-error';

/**
 * Ends a plan at an error of one call beside the reading of tables.
 * @throws IdentityTablesError for an error of a service, and the error itself when it is one of this program
 */
export function failAtCall(error: unknown, access: LiveAccess, what: string): never {
  const reach = reachOf(error);
  if (reach === undefined) {
    throw error;
  }
  if (reach === 'login' || reach === 'region') {
    fail('IDT1201', {
      what: `${access.place} does not accept the credentials of ${access.credentialSource} any more: ${what} could not be read`,
      given: errorText(error),
      allowed: 'credentials that are valid now',
    });
  }
  return fail('IDT1205', { what: `${what} could not be read`, given: errorText(error) });
}
