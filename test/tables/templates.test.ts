import { PRESET_NAMES, REPLICA_REGIONS, SERVERS, templates, type PresetName } from './cases';
import { line, tablesOf } from './snapshot';
import type { IdentityServer } from '../../lib';

// One readable line a table: what is deployed. A change here is a change of somebody's live tables.

function lines(server: IdentityServer, preset: PresetName, replicaRegions: string[]): string {
  return templates(server, preset, replicaRegions)
    .map(([region, template]) => [`in ${region}`, ...Object.values(tablesOf(template)).map(line)].join('\n'))
    .join('\n');
}

describe.each(Object.entries(SERVERS))('%s', (_, server) => {
  test('one region, where every preset is the same', () => {
    const [first, ...others] = PRESET_NAMES.map((preset) => lines(server, preset, REPLICA_REGIONS.one));
    expect(first).toMatchSnapshot();
    expect(others).toEqual([first, first, first]);
  });

  test.each(PRESET_NAMES)('three regions, %s', (preset) => {
    expect(lines(server, preset, REPLICA_REGIONS.three)).toMatchSnapshot();
  });
});
