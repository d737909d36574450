/** Where the text of a file stops being JSON, counted from 1. */
export interface JsonPosition {
  readonly line: number;
  readonly column: number;
}

/** The value of a JSON text, or the position of its first mistake, which JSON.parse tells only now and then. */
export function parseJson(text: string): { readonly value: unknown } | { readonly mistake: JsonPosition } {
  const json = text.replace(/^\uFEFF/, '');
  try {
    return { value: JSON.parse(json) as unknown };
  } catch {
    const before = json.slice(0, new Scanner(json).firstMistake()).split('\n');
    return { mistake: { line: before.length, column: before[before.length - 1].length + 1 } };
  }
}

const SPACE = /[ \t\n\r]*/y;
/** Every character from the space on but the quote and the backslash, and the escapes. */
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Walks over a text by the grammar of JSON; `at` is how far it came. */
class Scanner {
  private at = 0;

  public constructor(private readonly text: string) {}

  public firstMistake(): number {
    if (this.value()) {
      this.token(SPACE);
    }
    return this.at;
  }

  private value(): boolean {
    this.token(SPACE);
    return (
      this.token(STRING) ||
      this.token(SCALAR) ||
      this.items('{', '}', () => this.member()) ||
      this.items('[', ']', () => this.value())
    );
  }

  private member(): boolean {
    this.token(SPACE);
    return this.token(STRING) && this.symbol(':') && this.value();
  }

  private items(open: string, close: string, item: () => boolean): boolean {
    if (!this.symbol(open)) {
      return false;
    }
    if (this.symbol(close)) {
      return true;
    }
    do {
      if (!item()) {
        return false;
      }
    } while (this.symbol(','));
    return this.symbol(close);
  }

  private symbol(character: string): boolean {
    this.token(SPACE);
    const isHere = this.text[this.at] === character;
    this.at += isHere ? 1 : 0;
    return isHere;
  }

  private token(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    this.at += match?.[0].length ?? 0;
    return match !== null;
  }
}
