import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Patience, PatientCall } from '../aws/patience';
import { isWorthRetrying, passingError } from '../aws/service-error';

/**
 * Calls that AWS allows a few times a second only, in each account and region.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTagsOfResource.html
 */
const CALLS_PER_SECOND: { readonly [operation: string]: number } = {
  DescribeContinuousBackups: 10,
  ListTagsOfResource: 10,
};

/** The SDK gives up after a hundred refusals, which is few for some hundred tables, and says nothing meanwhile. */
export const WITHOUT_RETRIES = { maxAttempts: 1 };

/** Keeps a client within the limits of AWS, and lets it try again what is throttled or fails nevertheless. */
export function addPatience(client: DynamoDBClient, isAws: boolean, patience: Patience): void {
  const next = new Map<string, number>();
  client.middlewareStack.add(
    (handler, { commandName = '' }) =>
      async (args) => {
        const operation = commandName.replace(/Command$/, '');
        const call = patience.begin(operation);
        try {
          for (;;) {
            await (isAws ? turn(operation, next) : undefined);
            try {
              const answer = await handler(args);
              call.answered();
              return answer;
            } catch (error) {
              if (!(await isTriedAgain(call, error))) {
                throw error;
              }
            }
          }
        } finally {
          call.end();
        }
      },
    { step: 'initialize', name: 'patience' },
  );
}

function isTriedAgain(call: PatientCall, error: unknown): Promise<boolean> {
  const passing = passingError(error);
  if (passing !== undefined) {
    return call.pause(passing);
  }
  if (isWorthRetrying(error)) {
    return call.retry();
  }
  call.answered();
  return Promise.resolve(false);
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
