import { setTimeout as sleep } from 'node:timers/promises';
import { signedHeaders, type Keys, type SignedRequest } from './signed-request';

export interface ServiceAnswer {
  /** 0 when nothing answered. */
  readonly status: number;
  readonly body: string;
}

const TIMEOUT_MS = 30_000;
const ATTEMPTS = 7;
const FIRST_DELAY_MS = 250;
const THROTTLED = /Throttl|Rate exceeded|RequestLimitExceeded/;

/** Sends a request to a service, again after growing pauses while it is throttled or the service fails. */
export async function callService(request: SignedRequest, keys: Keys): Promise<ServiceAnswer> {
  let answer = await send(request, keys);
  for (let attempt = 1; attempt < ATTEMPTS && isPassing(answer); attempt++) {
    await sleep(FIRST_DELAY_MS * 2 ** (attempt - 1) * (1 + Math.random()));
    answer = await send(request, keys);
  }
  return answer;
}

function isPassing({ status, body }: ServiceAnswer): boolean {
  return status >= 400 && THROTTLED.test(body);
}

async function send(request: SignedRequest, keys: Keys): Promise<ServiceAnswer> {
  const headers = signedHeaders(request, keys, new Date());
  try {
    const response = await fetch(request.url, {
      method: 'POST',
      headers,
      body: request.body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    const { cause, message } = error as Error;
    return { status: 0, body: cause instanceof Error ? cause.message : message };
  }
}
