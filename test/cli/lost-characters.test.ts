import { withLostCharacters } from '../../lib/cli/plan/lost-characters';

test.each<[string, unknown, unknown, unknown]>([
  ['of a text', 'Z?rich', ['Zürich'], 'Zürich'],
  ['of a sign outside of the first plane, which is one', 'a?b', ['a😀b'], 'a😀b'],
  ['of a name', { Key: 'gr??e' }, { größe: 1 }, { Key: 'größe' }],
  ['anywhere', { a: [{ b: '?', c: 'x' }, 5, null] }, { d: { e: ['é'] } }, { a: [{ b: 'é', c: 'x' }, 5, null] }],
  ['of a text that two look like', 'M?ller', ['Müller', 'Möller'], 'M?ller'],
  ['of a text that nothing looks like', 'who?', ['Zürich', 'whom'], 'who?'],
  ['of a text that is longer', 'Z?rich, Z?rich', ['Zürich'], 'Z?rich, Z?rich'],
  ['of none', { a: '?' }, ['?'], { a: '?' }],
])('lost characters %s', (_, told, known, restored) => {
  expect(withLostCharacters(told, known)).toEqual(restored);
});
