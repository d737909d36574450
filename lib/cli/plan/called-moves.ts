import { isDeepStrictEqual } from 'node:util';
import { changedAspects, wholeOf, type TableAspect } from './aspects';
import type { Drifts } from './drift';
import type { Move } from './lane';
import { settingCalls } from './setting-calls';
import type { ApiCall, StepChange } from './step';
import type { Table } from './table';

/** How updates of tables are made. */
export interface MadeMoves {
  /** The tables afterwards. */
  readonly after: readonly Table[];
  /** What templates say already, so that no deployment makes it, and what to look at before. */
  readonly calls: readonly ApiCall[];
  readonly notes: readonly string[];
  /** What is left for a deployment. */
  readonly changes: readonly StepChange[];
  readonly aspects: readonly TableAspect[];
}

/** Makes updates by calls where the template has them already, and by a deployment where it has not. */
export function makeMoves(before: readonly Table[], moves: readonly Move[], drifts: Drifts): MadeMoves {
  const made = moves.map((move, i) => makeMove(before[i], move, drifts));
  return {
    after: made.map(({ after }) => after),
    calls: made.flatMap(({ calls }) => calls),
    notes: made.flatMap(({ calls, change }) => (calls.length > 0 ? (change.note ?? []) : [])),
    changes: made.filter(({ isDeployed }) => isDeployed).map(({ change }) => change),
    aspects: made.filter(({ isDeployed }) => isDeployed).flatMap(({ aspects }) => aspects),
  };
}

interface MadeMove extends Move {
  readonly calls: readonly ApiCall[];
  readonly isDeployed: boolean;
  readonly aspects: readonly TableAspect[];
}

function makeMove(before: Table, { change, after: wanted }: Move, drifts: Drifts): MadeMove {
  const written = drifts.asWritten(before);
  const settings = drifts.settle(before, wanted);
  const calls = settings.flatMap((each) => settingCalls(before, wanted, each));
  // Only a template has to name the attribute of a TTL that it turns off.
  const after = settings.some(({ setting }) => setting === 'timeToLive') ? { ...wanted, turnedOff: undefined } : wanted;
  const next = drifts.asWritten(after);
  const aspects = change.name === 'create' ? wholeOf(next) : changedAspects(written, next);
  return { change, after, calls, isDeployed: calls.length === 0 || !isWrittenAlike(written, next), aspects };
}

function isWrittenAlike(a: Table, b: Table): boolean {
  const [one, other] = [a, b].map(({ owner, turnedOff, replicas }) => ({ owner, turnedOff, replicas }));
  return isDeepStrictEqual(one, other);
}
