import { inputOf, Refusal, type Answer, type DynamoRequest, type Input, type Step } from '../engine/answer';
import { usesOf } from './request-uses';
import type { Use } from './use';

/** How often an action was asked for on a table or index of a region, and how often in each manner. */
export interface RecordedUse {
  readonly region: string;
  readonly action: string;
  readonly table?: string;
  readonly index?: string;
  readonly count: number;
  readonly conditional: number;
  readonly transactional: number;
  readonly consistent: number;
  /** How often it was answered that it is not allowed. */
  readonly denied: number;
}

/** A request that was done, for those who look at more than the permission it needs. */
export interface DoneRequest {
  readonly region: string;
  readonly operation: string;
  readonly input: Input;
}

/** Far more than any server has, so that a client with made-up names does not fill the memory. */
const MOST_USES = 10_000;

/** Answers to requests that came to nothing: they do not tell what a server needs. */
const NO_USE: ReadonlySet<string> = new Set([
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'RequestEntityTooLargeException',
  'SerializationException',
  'UnknownOperationException',
]);
const DENIED = 'AccessDeniedException';

type Mutable<T> = { -readonly [field in keyof T]: T[field] };

/**
 * Notes which actions pass, on which tables and indexes. It keeps names and numbers only: no values, headers or credentials; and no
 * more of them the longer it runs.
 */
export class Recorder {
  private readonly notes = new Map<string, Mutable<RecordedUse>>();
  private seen = 0;

  public constructor(private readonly onDone: (request: DoneRequest) => void = () => undefined) {}

  /** Requests that passed. */
  public get requests(): number {
    return this.seen;
  }

  /** Whether there were more different uses than are kept. */
  public get isFull(): boolean {
    return this.notes.size >= MOST_USES;
  }

  /** Sorted by region, table, index and action. */
  public get uses(): RecordedUse[] {
    return [...this.notes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, note]) => ({ ...note }));
  }

  public readonly step: Step = async (request, next) => {
    this.seen++;
    const input = readable(request);
    if (input === undefined) {
      return next(request);
    }
    try {
      const answer = await next(request);
      this.note(request, input, errorNameOf(answer));
      return answer;
    } catch (error) {
      if (error instanceof Refusal) {
        this.note(request, input, error.errorName);
      }
      throw error;
    }
  };

  private note({ region, operation }: DynamoRequest, input: Input, errorName: string | undefined): void {
    if (errorName === undefined) {
      this.onDone({ region, operation, input });
    }
    if (errorName === undefined || !NO_USE.has(errorName)) {
      usesOf(operation, input).forEach((use) => this.add(region, use, errorName === DENIED));
    }
  }

  private add(region: string, { action, table, index, conditional, transactional, consistent }: Use, isDenied: boolean): void {
    const key = JSON.stringify([region, table ?? '', index ?? '', action]);
    let note = this.notes.get(key);
    if (note === undefined) {
      if (this.isFull) {
        return;
      }
      note = { region, action, table, index, count: 0, conditional: 0, transactional: 0, consistent: 0, denied: 0 };
      this.notes.set(key, note);
    }
    note.count++;
    note.conditional += Number(conditional);
    note.transactional += Number(transactional);
    note.consistent += Number(consistent);
    note.denied += Number(isDenied);
  }
}

/** The fields of a request; undefined when they cannot be read, which whoever answers it will say. */
function readable({ body }: DynamoRequest): Input | undefined {
  try {
    return inputOf(body);
  } catch {
    return undefined;
  }
}

/** Undefined when the request was done. */
function errorNameOf({ status, body }: Answer): string | undefined {
  if (status === 200) {
    return undefined;
  }
  const [, name] = /"__type"\s*:\s*"(?:[^"#]*#)?(\w+)"/.exec(body.toString()) ?? [];
  return name ?? `status ${status}`;
}
