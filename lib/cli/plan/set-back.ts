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
  const moves = matches.flatMap((match) => moveBack(match, drifts, expired) ?? []);
  // The templates say it by now: these are calls, and no deployment follows.
  for (const stack of new Set(moves.map(({ after }) => after.owner?.stack ?? ''))) {
    progress.deploy(
      stack,
      moves.filter(({ after }) => after.owner?.stack === stack),
    );
  }
}

function moveBack({ current, target }: Match, drifts: Drifts, expired: readonly ExpiredItems[]): Move | undefined {
  const settings = current === undefined ? [] : drifts.changedBack(current, target);
  if (current === undefined || settings.length === 0 || !isSameOwner(current, target) || isAnother({ current, target })) {
    return undefined;
  }
  const after = withStates(current, (state) => {
    const own = settings.filter(({ region }) => region === state.region);
    return { ...state, ...Object.fromEntries(own.map(({ setting }) => [setting, stateIn(target, state.region)[setting]])) };
  });
  return moveOf(current, after, expired);
}

function moveOf(before: Table, after: Table, expired: readonly ExpiredItems[]): Move {
  const [from, to] = [before, after].map((table): TableState['timeToLive'] => homeState(table).timeToLive);
  const name = from.enabled === to.enabled ? 'settings' : to.enabled ? 'ttl-on' : 'ttl-off';
  const note = name === 'ttl-on' ? expiryNote(after, expired) : undefined;
  return { change: { name, table: after.name, text: 'set back', ...(note !== undefined && { note }) }, after };
}
