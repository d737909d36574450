import { CODES, type Problem } from '../../errors';
import { errorText } from '../aws/service-error';
import { reachOf } from './read-error';
import type { LiveSource } from './source';
import { REFUSED, unansweredOf } from './unanswered';

/**
 * What an error of one call beside the reading of tables says.
 * @throws the error itself when it is one of this program
 */
export function callProblem(error: unknown, { place, credentialSource }: LiveSource, what: string): Problem {
  const reach = reachOf(error);
  if (reach === undefined) {
    throw error;
  }
  const given = errorText(error);
  if (reach === 'login' || reach === 'region') {
    return {
      code: 'IDT1201',
      what: `${place} does not accept the credentials of ${credentialSource} any more: ${what} could not be read`,
      given,
      allowed: 'credentials that are valid now',
      fix: CODES.IDT1201.fix,
    };
  }
  const { code, since } = unansweredOf(reach) ?? REFUSED;
  return { code, what: `${what} could not be read${since}`, given, fix: CODES[code].fix };
}
