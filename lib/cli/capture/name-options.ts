import { NAME_CHARACTERS, type Problems } from '../../errors';
import type { Values } from '../command';

/** Where schema files go when nothing else is said. */
export const DEFAULT_OUTPUT = 'captured';

/** An option that is part of a table name. */
export function nameOption(option: string, values: Values, problems: Problems): string | undefined {
  const given = values.text(option);
  if (given !== undefined && !NAME_CHARACTERS.test(given)) {
    problems.add('IDT0703', {
      what: `option '--${option}' has characters that no table name has`,
      given: `'${given}'`,
      allowed: 'A-Z a-z 0-9 _ . -',
    });
  }
  return given;
}
