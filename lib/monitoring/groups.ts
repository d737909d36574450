/** Metrics that one alarm may hold with metric math. */
export const METRICS_PER_ALARM = 10;

/** The list in as few groups of at most `size` as possible, in order and of about equal length. */
export function inGroups<T>(list: readonly T[], size: number): T[][] {
  const count = Math.ceil(list.length / size);
  const length = Math.ceil(list.length / count);
  return Array.from({ length: count }, (_, i) => list.slice(i * length, (i + 1) * length));
}
