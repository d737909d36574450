import { REPLICA_REGIONS, SERVERS, templates, type PresetName } from './cases';

// A changed logical id replaces the table. A snapshot here never changes, it only grows.

describe('frozen logical ids', () => {
  test.each(Object.entries(SERVERS))('%s', (_, server) => {
    const [, template] = templates(server, 'none', [])[0];
    const ids = Object.entries(template.Resources ?? {}).map(([id, resource]) => `${resource.Properties.TableName} ${id}`);
    expect(ids.join('\n')).toMatchSnapshot();
  });

  test('do not depend on preset, region or prefix', () => {
    const server = SERVERS['curity 11.0'];
    const ids = (preset: PresetName) =>
      templates(server, preset, REPLICA_REGIONS.three).map(([, template]) => Object.keys(template.Resources ?? {}).sort());
    const [primaryOfNone, usOfNone] = ids('none');
    const [primaryOfFull] = ids('full');
    expect(primaryOfFull).toEqual(primaryOfNone);
    expect(usOfNone).toEqual(primaryOfNone);
  });
});
