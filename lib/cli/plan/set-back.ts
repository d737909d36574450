import type { TableState } from '../../state';
import type { Drifts } from './drift';
import { expiryNote } from './expiry-note';
import type { ExpiredItems } from './input';
import type { Move } from './lane';
import { isSameOwner, type Match } from './match';
import type { Progress } from './progress';
import { isAnother } from './refuse';
import { homeState, stateIn, withStates, type Table } from './table';

/**
 * Sets back what was changed beside the stacks and the target leaves alone. It comes first, so that from here on tables are as their
 * templates say.
 */
export function setBack(progress: Progress, matches: readonly Match[], drifts: Drifts, expired: readonly ExpiredItems[]): void {
  const moves = new Map<string, Move[]>();
  for (const { current, target } of matches) {
    if (current?.owner !== undefined && isSameOwner(current, target) && !isAnother({ current, target })) {
      const settings = drifts.changedBack(current, target);
      if (settings.length > 0) {
        const after = withStates(current, (state) => ({
          ...state,
          ...Object.fromEntries(
            settings
              .filter(({ region }) => region === state.region)
              .map(({ setting }) => [setting, stateIn(target, state.region)[setting]]),
          ),
        }));
        const { stack } = current.owner;
        moves.set(stack, [...(moves.get(stack) ?? []), moveOf(current, after, expired)]);
      }
    }
  }
  // The templates say it by now: these are calls, and no deployment follows.
  moves.forEach((each, stack) => progress.deploy(stack, each));
}

function moveOf(before: Table, after: Table, expired: readonly ExpiredItems[]): Move {
  const [from, to] = [before, after].map((table): TableState['timeToLive'] => homeState(table).timeToLive);
  const name = from.enabled === to.enabled ? 'settings' : to.enabled ? 'ttl-on' : 'ttl-off';
  const note = name === 'ttl-on' ? expiryNote(after, expired) : undefined;
  return { change: { name, table: after.name, text: 'set back', ...(note !== undefined && { note }) }, after };
}
