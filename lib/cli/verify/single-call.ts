import { IdentityTablesError } from '../../errors';
import { callProblem } from './call-problem';
import type { LiveAccess } from './live-access';

/**
 * Ends a plan at an error of one call beside the reading of tables.
 * @throws IdentityTablesError for an error of a service, and the error itself when it is one of this program
 */
export function failAtCall(error: unknown, access: LiveAccess, what: string): never {
  throw new IdentityTablesError([callProblem(error, access, what)]);
}
