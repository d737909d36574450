import {
  CODES,
  didYouMean,
  editDistance,
  fail,
  IdentityTablesError,
  nearest,
  Problems,
  quoted,
  WARNINGS,
  warningId,
} from '../../lib/errors';

describe('did you mean', () => {
  test.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['full', 'full', 0],
    ['kitten', 'sitting', 3],
    ['flaw', 'lawn', 2],
    ['eu-westt-1', 'eu-west-1', 1],
    ['eu-wset-1', 'eu-west-1', 1],
    ['tokne-sessoins', 'token-sessions', 2],
    ['Full', 'full', 1],
  ])('%j and %j are %d edits apart', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });

  const presets = ['absolute-minimal', 'minimal', 'full'];

  test.each([
    ['minimall', 'minimal'],
    ['MINIMAL', 'minimal'],
    ['fll', 'full'],
    ['absolute_minimum', 'absolute-minimal'],
    ['fl', undefined],
    ['none', undefined],
  ])('%j is near to %j', (given, word) => {
    expect(nearest(given, presets)).toBe(word);
  });

  test('a third of the letters may differ, and no more', () => {
    expect(nearest('abcdef', ['abcdxy'])).toBe('abcdxy');
    expect(nearest('abcdef', ['abcxyz'])).toBeUndefined();
  });

  test('the nearest word wins, the first of equals', () => {
    expect(nearest('sessions', ['session', 'sessions-x', 'sessionz'])).toBe('session');
    expect(nearest('sub_sesion', ['op_session', 'sub_session'])).toBe('sub_session');
  });

  test('the fix is the near word or the other sentence', () => {
    expect(didYouMean('fulll', presets, 'use a preset')).toBe("did you mean 'full'?");
    expect(didYouMean('none', presets, 'use a preset')).toBe('use a preset');
    expect(didYouMean('none', [], 'use a preset')).toBe('use a preset');
  });

  test('lists of words', () => {
    expect(quoted(['a', 'b c'])).toBe("'a', 'b c'");
    expect(quoted([])).toBe('none');
  });
});

describe('problems', () => {
  function thrown(call: () => void): unknown {
    try {
      call();
    } catch (error) {
      return error;
    }
    return undefined;
  }

  test('one problem is told without a number', () => {
    const error = thrown(() =>
      fail('IDT0304', {
        what: "region 'eu-west-1' is listed twice",
        given: 'eu-west-1, eu-west-1',
        allowed: 'each once',
        fix: 'drop one',
      }),
    ) as IdentityTablesError;
    expect(error).toBeInstanceOf(IdentityTablesError);
    expect(error.name).toBe('IdentityTablesError');
    expect(error.message).toBe(`[IDT0304] region 'eu-west-1' is listed twice
  given:   eu-west-1, eu-west-1
  allowed: each once
  fix:     drop one`);
  });

  test('several are numbered in the order in which they were found; parts without content are left out', () => {
    const problems = new Problems();
    problems.add('IDT0402', { what: "directory 'b' is empty" });
    problems.add('IDT0304', { what: 'a region is there twice', given: 'x' });
    problems.add('IDT0304', { what: 'another one, too', allowed: 'each once', fix: 'drop it' });
    const error = thrown(() => problems.throwIfAny()) as IdentityTablesError;
    expect(error.message).toBe(`3 problems
1. [IDT0402] directory 'b' is empty
  fix:     pass a directory that holds create-table-*.json files
2. [IDT0304] a region is there twice
  given:   x
  fix:     list each region once
3. [IDT0304] another one, too
  allowed: each once
  fix:     drop it`);
    expect(error.problems).toEqual([
      { code: 'IDT0402', what: "directory 'b' is empty", fix: 'pass a directory that holds create-table-*.json files' },
      { code: 'IDT0304', what: 'a region is there twice', given: 'x', fix: 'list each region once' },
      { code: 'IDT0304', what: 'another one, too', allowed: 'each once', fix: 'drop it' },
    ]);
  });

  test('an error keeps its problems when more are found later', () => {
    const problems = new Problems();
    problems.add('IDT0304', { what: 'first' });
    const error = thrown(() => problems.throwIfAny()) as IdentityTablesError;
    problems.add('IDT0304', { what: 'second' });
    expect(error.problems.map(({ what }) => what)).toEqual(['first']);
    expect(problems.all.map(({ what }) => what)).toEqual(['first', 'second']);
  });

  test('nothing is thrown when there is none', () => {
    const problems = new Problems();
    expect(problems.isEmpty).toBe(true);
    expect(() => problems.throwIfAny()).not.toThrow();
    problems.add('IDT0304', { what: 'one' });
    expect(problems.isEmpty).toBe(false);
  });
});

describe('the tables', () => {
  const texts = [...Object.entries(CODES), ...Object.entries(WARNINGS)].flatMap(([id, { meaning, fix }]) => [
    [id, meaning],
    [id, fix],
  ]);

  test('codes are IDT and four digits, in order', () => {
    const codes = Object.keys(CODES);
    expect(codes.filter((code) => !/^IDT\d{4}$/.test(code))).toEqual([]);
    expect(codes).toEqual([...codes].sort());
  });

  test('warnings are words with hyphens, and get the name of the library', () => {
    expect(Object.keys(WARNINGS).filter((id) => !/^[a-z]+(-[a-z]+)*$/.test(id))).toEqual([]);
    expect(warningId('unknown-region')).toBe('cdk-identity-tables:unknown-region');
  });

  test('texts begin with a small letter or a quote, stand on one line and have no final period', () => {
    expect(texts.length).toBeGreaterThan(100);
    expect(texts.filter(([, text]) => !/^[a-z'"]/.test(text) || /[.\s]$|\n/.test(text))).toEqual([]);
  });
});
