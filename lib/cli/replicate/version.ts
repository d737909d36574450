/** When and where an item was written: of two versions the newer one stays, in every region. */
export interface Version {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly region: string;
}

const SECOND_MS = 1_000;
/** Smaller than the time between any two writes. */
const TICK_MS = 0.001;

export function isNewer(one: Version, other: Version): boolean {
  return one.time === other.time ? one.region > other.region : one.time > other.time;
}

/** A version just after another one. */
export function after({ time }: Version, region: string): Version {
  return { time: time + TICK_MS, region };
}

/**
 * The time of a write. The stream knows the second, so a moment in which the write was noticed is taken as far as it lies in it:
 * a write that is noticed late does not count as a late write.
 */
export function writeTime(streamSecond: number, noticed: number): number {
  const start = streamSecond * SECOND_MS;
  return Math.min(Math.max(noticed, start), start + SECOND_MS - TICK_MS);
}
