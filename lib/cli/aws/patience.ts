import { setTimeout as sleep } from 'node:timers/promises';
import type { Passing } from './passing';
import { WAITS } from './timeouts';

const FIRST_DELAY_MS = 250;
const ATTEMPTS_WITHIN_PATIENCE = 8;
/** Of a call that meets an error which may be there to stay. */
const ATTEMPTS = 3;

/** How long the calls of one region are tried again. */
export class Patience {
  /** Since when all calls of an operation are refused. */
  private readonly refusedSince = new Map<string, number>();
  private readonly told = new Set<string>();

  public constructor(
    private readonly region: string,
    private readonly tell: (text: string) => void,
  ) {}

  public begin(operation: string): PatientCall {
    return new PatientCall(this, operation);
  }

  public noteAnswer(operation: string): void {
    this.refusedSince.delete(operation);
  }

  public noteRefusal(operation: string): void {
    this.refusedSince.set(operation, this.refusedSince.get(operation) ?? performance.now());
  }

  /** Whether no call of the operation was answered for so long. */
  public isRefusedFor(operation: string, milliseconds: number): boolean {
    const now = performance.now();
    return now - (this.refusedSince.get(operation) ?? now) >= milliseconds;
  }

  /** Says once what the region is waited for. */
  public tellOnce(operation: string, reason: Passing | undefined): void {
    const key = reason ?? 'silent';
    if (!this.told.has(key)) {
      this.told.add(key);
      this.tell(`${this.region}: ${waitText(operation, reason)}`);
    }
  }
}

/** One call with all its attempts. Its end has to be told, whatever comes of it. */
export class PatientCall {
  private attempts = 0;
  private reason: Passing | undefined;
  private readonly notice: NodeJS.Timeout;

  public constructor(
    private readonly patience: Patience,
    private readonly operation: string,
  ) {
    this.notice = setInterval(() => this.tell(), WAITS.notice);
  }

  /** Pauses before the next attempt. @returns false when there is to be none */
  public async pause(reason: Passing): Promise<boolean> {
    this.reason = reason;
    this.patience.noteRefusal(this.operation);
    if (this.patience.isRefusedFor(this.operation, WAITS.patience)) {
      return false;
    }
    await this.rest();
    return true;
  }

  /** The same for an error that is worth a few attempts. */
  public async retry(): Promise<boolean> {
    if (this.attempts + 1 >= ATTEMPTS) {
      return false;
    }
    await this.rest();
    return true;
  }

  public answered(): void {
    this.patience.noteAnswer(this.operation);
  }

  public end(): void {
    clearInterval(this.notice);
  }

  /** Where other calls of the operation are answered meanwhile, this one only waits its turn. */
  private tell(): void {
    if (this.reason === undefined || this.patience.isRefusedFor(this.operation, WAITS.notice)) {
      this.patience.tellOnce(this.operation, this.reason);
    }
  }

  private async rest(): Promise<void> {
    const delay = Math.min(FIRST_DELAY_MS * 2 ** this.attempts++, WAITS.patience / ATTEMPTS_WITHIN_PATIENCE);
    await sleep(delay * (0.5 + Math.random() / 2));
  }
}

function waitText(operation: string, reason: Passing | undefined): string {
  const seconds = WAITS.patience / 1_000;
  switch (reason) {
    case 'throttled':
      return `${operation} is throttled, waiting until a call goes through, at most ${seconds} s`;
    case 'unavailable':
      return `${operation} fails, the service is unavailable; waiting until a call goes through, at most ${seconds} s`;
    default:
      return `no answer to ${operation} yet, waiting`;
  }
}
