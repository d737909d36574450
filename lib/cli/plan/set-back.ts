import type { TableState } from '../../state';
import type { Drifts } from './drift';
import { expiryNote } from './expiry-note';
import type { ExpiredItems } from './input';
import type { Move } from './lane';
import { isSameOwner, type Match } from './match';
import type { Progress } from './progress';
import { isAnother } from './refuse';
import { homeState, withStates, type Table } from './table';

/**
 * Sets back what was changed beside the stacks and the target leaves alone. It comes first, so that from here on tables are as their
 * templates say.
 */
export function setBack(progress: Progress, matches: readonly Match[], drifts: Drifts, expired: readonly ExpiredItems[]): void {
  const ways = matches.map((match) => movesBack(match, drifts, expired));
  for (const round of [0, 1]) {
    const moves = ways.flatMap((way) => way.slice(round, round + 1));
    // The templates say it by now: these are calls, and no deployment follows.
    for (const stack of new Set(moves.map(({ after }) => after.owner?.stack ?? ''))) {
      progress.deploy(
        stack,
        moves.filter(({ after }) => after.owner?.stack === stack),
      );
    }
  }
}

/** One move, or two where DynamoDB changes the attribute of TTL only by way of TTL turned off. */
function movesBack({ current, target }: Match, drifts: Drifts, expired: readonly ExpiredItems[]): Move[] {
  const settings = current === undefined ? [] : drifts.changedBack(current, target);
  if (current === undefined || settings.length === 0 || !isSameOwner(current, target) || isAnother({ current, target })) {
    return [];
  }
  const after = withStates(current, (state) => {
    const own = settings.filter(({ region }) => region === state.region);
    return { ...state, ...Object.fromEntries(own.map(({ setting, value }) => [setting, value])) };
  });
  if (!isOnOtherAttribute(current, after)) {
    return [moveOf(current, after, expired)];
  }
  const off = withStates(after, (state) => ({ ...state, timeToLive: { enabled: false } }));
  return [moveOf(current, off, expired), moveOf(off, after, expired)];
}

function isOnOtherAttribute(before: Table, after: Table): boolean {
  const [from, to] = [before, after].map((table): TableState['timeToLive'] => homeState(table).timeToLive);
  return from.enabled && to.enabled && from.attribute !== to.attribute;
}

function moveOf(before: Table, after: Table, expired: readonly ExpiredItems[]): Move {
  const [from, to] = [before, after].map((table): TableState['timeToLive'] => homeState(table).timeToLive);
  const name = from.enabled === to.enabled ? 'settings' : to.enabled ? 'ttl-on' : 'ttl-off';
  const note = name === 'ttl-on' ? expiryNote(after, expired) : undefined;
  return { change: { name, table: after.name, text: 'set back', ...(note !== undefined && { note }) }, after };
}
