import { passingOf, type Passing } from './passing';
import type { Patience } from './patience';
import { signedHeaders, type Keys, type SignedRequest } from './signed-request';
import { WAITS } from './timeouts';

export interface ServiceAnswer {
  /** 0 when nothing answered. */
  readonly status: number;
  readonly body: string;
}

/** The name of an error, in XML or JSON, where it may stand behind a namespace. */
const ERROR_NAME = /<Code>([^<]*)<\/Code>|"__type"\s*:\s*"(?:[^"#]*#)?([^"]*)"/;

/** Sends a request to a service, again after growing pauses while it is throttled or the service is unavailable. */
export async function callService(
  request: SignedRequest,
  keys: Keys,
  { operation, patience }: { readonly operation: string; readonly patience: Patience },
): Promise<ServiceAnswer> {
  const call = patience.begin(operation);
  try {
    for (;;) {
      const answer = await send(request, keys);
      const passing = passingIn(answer);
      if (passing === undefined && answer.status > 0) {
        call.answered();
        return answer;
      }
      const isTriedAgain = await (passing === undefined ? call.retry() : call.pause(passing));
      if (!isTriedAgain) {
        return answer;
      }
    }
  } finally {
    call.end();
  }
}

function passingIn({ status, body }: ServiceAnswer): Passing | undefined {
  const [, code, type = ''] = ERROR_NAME.exec(body) ?? [];
  return status < 400 ? undefined : passingOf(code ?? type, status);
}

async function send(request: SignedRequest, keys: Keys): Promise<ServiceAnswer> {
  const headers = signedHeaders(request, keys, new Date());
  try {
    const response = await fetch(request.url, {
      method: 'POST',
      headers,
      body: request.body,
      signal: AbortSignal.timeout(WAITS.answer),
    });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    const { cause, message } = error as Error;
    return { status: 0, body: cause instanceof Error ? cause.message : message };
  }
}
