import { compareVersions } from '../../lib/servers';
import { isSince, isVersion, majorMinor } from '../../lib/servers/version';

test.each([
  ['8', '8.0', 0],
  ['8.0.0', '8', 0],
  ['8.7', '8.10', -1],
  ['10.0', '9.9', 1],
  ['14.0.1', '14.0', 1],
  ['17', '17.0.1', -1],
])('%s against %s: %i', (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
  expect(Math.sign(compareVersions(b, a))).toBe(sign === 0 ? 0 : -sign);
});

test('versions are sorted by number, not by letter', () => {
  expect(['11.0', '9.3', '8', '8.10', '8.7'].sort(compareVersions)).toEqual(['8', '8.7', '8.10', '9.3', '11.0']);
});

test('a table without a first version is in every version', () => {
  expect(isSince('1.0', undefined)).toBe(true);
  expect(isSince('8.7', '8.7')).toBe(true);
  expect(isSince('8.6.9', '8.7')).toBe(false);
});

test('patch releases do not count', () => {
  expect(['18.0.3', '18', '18.1'].map(majorMinor)).toEqual(['18.0', '18.0', '18.1']);
});

test('a version is numbers and dots', () => {
  expect(['1', '11.0', '1.2.3.4'].every(isVersion)).toBe(true);
  expect(['', '1.', '.1', 'v1', '1.x', '1 ', '1.0-beta'].some(isVersion)).toBe(false);
});
