import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Calls that AWS allows a few times a second only, in each account and region.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTagsOfResource.html
 */
const CALLS_PER_SECOND: { readonly [operation: string]: number } = {
  DescribeContinuousBackups: 10,
  ListTagsOfResource: 10,
};

const THROTTLED: ReadonlySet<string> = new Set(['LimitExceededException', 'RequestLimitExceeded', 'ThrottlingException']);
const ATTEMPTS = 10;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 8_000;

/**
 * Keeps a client within the limits of AWS, and lets it try again what is throttled nevertheless. The SDK alone gives up after
 * a hundred refusals, which is few for some hundred tables.
 */
export function addPatience(client: DynamoDBClient, isAws: boolean): void {
  const next = new Map<string, number>();
  client.middlewareStack.add(
    (handler, { commandName = '' }) =>
      async (args) => {
        for (let attempt = 1; ; attempt++) {
          await (isAws ? turn(commandName.replace(/Command$/, ''), next) : undefined);
          try {
            return await handler(args);
          } catch (error) {
            if (!THROTTLED.has((error as Error).name) || attempt === ATTEMPTS) {
              throw error;
            }
            await sleep(Math.min(FIRST_DELAY_MS * 2 ** attempt, LONGEST_DELAY_MS) * (0.5 + Math.random() / 2));
          }
        }
      },
    { step: 'initialize', name: 'patience' },
  );
}

/** Waits until the operation may be called again; each caller takes the next free moment. */
async function turn(operation: string, next: Map<string, number>): Promise<void> {
  if (!Object.hasOwn(CALLS_PER_SECOND, operation)) {
    return;
  }
  const now = performance.now();
  const at = Math.max(now, next.get(operation) ?? 0);
  next.set(operation, at + 1_000 / CALLS_PER_SECOND[operation]);
  await sleep(at - now);
}
