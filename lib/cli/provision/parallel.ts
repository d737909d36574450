/** Does the work for each item, a few at the same time, in order of the list. */
export async function inParallel<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    // All workers take from the same iterator.
    for (const item of queue) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
