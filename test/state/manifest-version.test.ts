import type * as schema from 'aws-cdk-lib/cloud-assembly-schema';
import { newestBelow } from '../../lib/state/manifest-version';

const loaded = jest.fn(() => '57.0.0');
jest.mock('aws-cdk-lib/cloud-assembly-schema', () => ({ Manifest: { version: () => loaded() } }));

test('a version above that of the installed aws-cdk-lib cannot be read', () => {
  expect(newestBelow('58.0.0')).toBe(57);
  expect(newestBelow('57.9.9')).toBeUndefined();
  expect(newestBelow('56.0.0')).toBeUndefined();
});

test('an aws-cdk-lib that is older than this package takes nothing away', () => {
  loaded.mockReturnValueOnce('48.0.0');
  expect(newestBelow('56.0.0')).toBe(55);
});

test('versions that are known, older, missing or none are read without loading aws-cdk-lib, that of the installed one too', () => {
  loaded.mockClear();
  const { Manifest } = jest.requireActual<typeof schema>('aws-cdk-lib/cloud-assembly-schema');
  for (const version of [Manifest.version(), '48.0.0', '0.36.0', '', 'new', undefined]) {
    expect(newestBelow(version)).toBeUndefined();
  }
  expect(loaded).not.toHaveBeenCalled();
});
