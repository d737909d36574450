import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveAccess } from './live-access';
import { readRegions, updated, type RegionReading } from './read-regions';

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 15_000;

export interface WaitOptions {
  readonly access: LiveAccess;
  readonly timeoutMs: number;
  /** Called before each pause with what is waited for. */
  readonly onWait: (places: readonly string[]) => void;
}

/** Reads again what is in between, until nothing is, a region fails, or the time is over. */
export async function untilSettled(readings: readonly RegionReading[], options: WaitOptions): Promise<readonly RegionReading[]> {
  const { access, timeoutMs, onWait } = options;
  const end = Date.now() + timeoutMs;
  let current = readings;
  for (let delay = FIRST_DELAY_MS; Date.now() < end; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
    const places = passing(current);
    if (places.length === 0 || current.some(({ ending }) => ending !== undefined)) {
      break;
    }
    onWait(places.map(({ text }) => text));
    await sleep(Math.min(delay, Math.max(0, end - Date.now())));
    // All regions of a table, since a replica appears in its own region.
    const names = new Set(places.map(({ tableName }) => tableName));
    const regions = current.map(({ region }) => region);
    current = updated(current, await readRegions(access, regions, [...names]), names);
  }
  return current;
}

function passing(readings: readonly RegionReading[]): { readonly tableName: string; readonly text: string }[] {
  return readings.flatMap(({ tables }) =>
    tables.flatMap(({ state: { tableName, region }, inBetween }) =>
      inBetween
        .filter(({ passes }) => passes)
        .map(({ subject, status }) => ({ tableName, text: `${tableName}@${region} ${subject} ${status}` })),
    ),
  );
}
