import { fail } from '../../errors';
import type { TableState } from '../../state';
import type { PlanInput } from './input';
import { fromText } from './intrinsic-text';
import { placeOf, withStates, type Table } from './table';
import { namesIn, referencedBy } from './template';

/** Settings whose values may be resources of the stack that says them, such as a key. */
const SETTINGS = ['encryption', 'tags', 'resourcePolicy'] as const;

/**
 * A table that moves to another stack, with the values that stand in the place of functions that name resources of the stack that it
 * leaves: in the other one they lead nowhere, or to something else.
 * @throws IdentityTablesError where only CloudFormation knows the values
 */
export function withStandingValues(table: Table, current: Table, target: Table, { from, current: live }: PlanInput): Table {
  if (current.owner === undefined || current.owner.stack === target.owner?.stack) {
    return table;
  }
  return withStates(table, (state) => {
    const named = SETTINGS.filter((setting) => namesResources(state[setting]));
    const standing =
      from === 'live' ? live.find(({ tableName, region }) => tableName === table.name && region === state.region) : undefined;
    const values = named.map((setting) => [setting, standing && standingValue(setting, state, standing)] as const);
    const open = values.filter(([, value]) => value === undefined || namesResources(value)).map(([setting]) => setting);
    if (open.length > 0) {
      fail('IDT1318', {
        what: `'${placeOf(table, state.region)}' has from the stack that it leaves: ${open.join(', ')}`,
        given: JSON.stringify(fromText(open.map((setting) => state[setting]))),
      });
    }
    return { ...state, ...Object.fromEntries(values) };
  });
}

function namesResources(value: unknown): boolean {
  return [...namesIn(fromText(value), referencedBy)].some((name) => !name.startsWith('AWS::'));
}

/** A live table may have tags that no template gave. */
function standingValue(setting: (typeof SETTINGS)[number], written: TableState, standing: TableState): unknown {
  return setting === 'tags'
    ? Object.fromEntries(Object.entries(written.tags).map(([key, value]) => [key, standing.tags[key] ?? value]))
    : standing[setting];
}
