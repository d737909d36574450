import { didYouMean, Problems, quoted, type Code } from '../errors';

const CODE: Code = 'IDT0404';

/** The fields of an object of unknown JSON. */
export type Fields<F extends string> = { readonly [field in F]?: unknown };

/** Reads unknown JSON. A value of the wrong form is reported with its file and the path of its field, and read as undefined. */
export class FieldReader {
  public constructor(
    private readonly source: string,
    private readonly problems: Problems,
  ) {}

  /** An object; a field that is not known is most likely misspelt, and leaving it out would lose what it says. */
  public object<F extends string>(value: unknown, at: string, fields: readonly F[]): Fields<F> | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.wrong(value, at, 'an object');
      return undefined;
    }
    for (const field of Object.keys(value)) {
      if (!fields.some((known) => known === field)) {
        this.problems.add(CODE, {
          what: `${this.source}: ${join(at, field)} is not a field of a create-table file`,
          given: `'${field}'`,
          allowed: quoted(fields),
          fix: didYouMean(field, fields, 'remove the field'),
        });
      }
    }
    return value;
  }

  public list(value: unknown, at: string): readonly unknown[] | undefined {
    if (!Array.isArray(value)) {
      this.wrong(value, at, 'a list');
      return undefined;
    }
    return value as readonly unknown[];
  }

  public optionalList(value: unknown, at: string): readonly unknown[] | undefined {
    return value === undefined ? [] : this.list(value, at);
  }

  public text(value: unknown, at: string): string | undefined {
    if (typeof value !== 'string') {
      this.wrong(value, at, 'a text');
      return undefined;
    }
    return value;
  }

  /** One of the allowed words. */
  public word<W extends string>(value: unknown, at: string, words: readonly W[]): W | undefined {
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) {
      const fix = typeof value === 'string' ? didYouMean(value, words, `use one of ${quoted(words)}`) : undefined;
      this.wrong(value, at, words.length === 1 ? quoted(words) : `one of ${quoted(words)}`, fix);
    }
    return word;
  }

  private wrong(value: unknown, at: string, allowed: string, fix?: string): void {
    const field = at === '' ? 'the file' : at;
    this.problems.add(CODE, {
      what: `${this.source}: ${field} ${value === undefined ? 'is missing' : `is not ${allowed}`}`,
      given: described(value),
      allowed,
      fix: fix ?? (value === undefined ? `add ${field}` : `make ${field} ${allowed}`),
    });
  }
}

/** The path of a field of the object at another path. */
export function join(at: string, field: string): string {
  return at === '' ? field : `${at}.${field}`;
}

function described(value: unknown): string {
  if (value === undefined) {
    return 'nothing';
  }
  if (typeof value === 'string') {
    return `'${value.length > 80 ? `${value.slice(0, 80)}…` : value}'`;
  }
  if (Array.isArray(value)) {
    return 'a list';
  }
  return typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value);
}
