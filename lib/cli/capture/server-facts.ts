import { didYouMean, quoted, type Problems } from '../../errors';
import { Connect2idEdition, Connect2idMode, type CaptureRecord } from '../../servers';
import type { Option, Values } from '../command';

/** The options that say what the server is whose tables are written. */
export const SERVER_FACT_OPTIONS: { readonly [name: string]: Option } = {
  server: { value: 'NAME', summary: 'what the server is called (default: told by its tables)' },
  'server-version': { value: 'VERSION', summary: 'its version, such as 18.0' },
  mode: { value: 'MODE', summary: `of Connect2id: ${Object.values(Connect2idMode).join(', ')}` },
  edition: { value: 'EDITION', summary: `of Connect2id: ${Object.values(Connect2idEdition).join(', ')}` },
  'range-key': { value: 'NAME', summary: 'the sort key that an option of the server adds to every table, or none' },
};

const VERSION = /^\d+(\.\d+)*$/;
const NO_RANGE_KEY = 'none';
export const UNNAMED_SERVER = 'custom-server';

/** What server.json records of the server, as of today. */
export function captureRecord(values: Values, problems: Problems): CaptureRecord {
  const [version, rangeKey] = [values.text('server-version'), values.text('range-key')];
  const mode = word('mode', values, Object.values(Connect2idMode), problems);
  const edition = word('edition', values, Object.values(Connect2idEdition), problems);
  if (version !== undefined && !VERSION.test(version)) {
    problems.add('IDT0703', {
      what: "option '--server-version' is not a version",
      given: `'${version}'`,
      allowed: 'numbers with dots, such as 18.0',
    });
  }
  return {
    date: new Date().toISOString().slice(0, 10),
    ...(version !== undefined && { serverVersion: version }),
    ...(mode !== undefined && { mode }),
    ...(edition !== undefined && { edition }),
    ...(rangeKey !== undefined && { rangeKey: rangeKey === NO_RANGE_KEY ? null : rangeKey }),
  };
}

function word(option: string, values: Values, allowed: readonly string[], problems: Problems): string | undefined {
  const given = values.text(option);
  if (given !== undefined && !allowed.includes(given)) {
    problems.add('IDT0703', {
      what: `'${given}' is not one of the values of '--${option}'`,
      given: `'${given}'`,
      allowed: quoted(allowed),
      fix: didYouMean(given, allowed, 'use one of the allowed values'),
    });
  }
  return given;
}
