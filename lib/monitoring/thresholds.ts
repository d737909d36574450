import { Duration, Token } from 'aws-cdk-lib/core';
import { Problems } from '../errors';
import type { DataClass } from '../servers';

/** The options of the thresholds, as users write them. */
export interface ThresholdOptions {
  readonly durableThrottledEvents?: number;
  readonly recoverableThrottledEvents?: number;
  readonly transientThrottledEvents?: number;
  readonly durableSystemErrors?: number;
  readonly recoverableSystemErrors?: number;
  readonly transientSystemErrors?: number;
  readonly replicationLatency?: Duration;
  readonly alarmOnSilentReplication?: boolean;
  readonly timeToLiveSilentDays?: number;
}

/** When alarms go off, every default filled in. */
export interface Thresholds {
  /** In five minutes. */
  readonly throttledEvents: { readonly [dataClass in DataClass]: number };
  /** In five minutes. */
  readonly systemErrors: { readonly [dataClass in DataClass]: number };
  readonly replicationLatency: Duration;
  readonly alarmOnSilentReplication: boolean;
  readonly timeToLiveSilentDays: number;
}

/** CloudWatch looks back seven days at most. */
const MAX_DAYS = 7;

/** @throws IdentityTablesError IDT1103 with every option that is out of range */
export function thresholds(options: ThresholdOptions): Thresholds {
  const problems = new Problems();
  const { replicationLatency = Duration.minutes(1), timeToLiveSilentDays = 1 } = options;
  const counts = Object.entries(options).filter(([name]) => /ThrottledEvents$|SystemErrors$/.test(name));
  for (const [name, count] of counts as [string, number | undefined][]) {
    checkWholeNumber(name, count, Infinity, problems);
  }
  checkWholeNumber('timeToLiveSilentDays', timeToLiveSilentDays, MAX_DAYS, problems);
  if (!replicationLatency.isUnresolved() && replicationLatency.toMilliseconds() === 0) {
    problems.add('IDT1103', {
      what: 'replicationLatency is no time at all',
      given: replicationLatency.toString(),
      allowed: 'a duration of a millisecond or more',
      fix: 'leave replicationLatency out for a minute',
    });
  }
  problems.throwIfAny();
  return {
    throttledEvents: {
      durable: options.durableThrottledEvents ?? 10,
      recoverable: options.recoverableThrottledEvents ?? 50,
      transient: options.transientThrottledEvents ?? 100,
    },
    systemErrors: {
      durable: options.durableSystemErrors ?? 5,
      recoverable: options.recoverableSystemErrors ?? 10,
      transient: options.transientSystemErrors ?? 20,
    },
    replicationLatency,
    alarmOnSilentReplication: options.alarmOnSilentReplication ?? true,
    timeToLiveSilentDays,
  };
}

function checkWholeNumber(name: string, value: number | undefined, max: number, problems: Problems): void {
  if (value === undefined || Token.isUnresolved(value) || (Number.isInteger(value) && value >= 1 && value <= max)) {
    return;
  }
  problems.add('IDT1103', {
    what: `${name} cannot be ${value}`,
    given: `${value}`,
    allowed: max === Infinity ? 'a whole number from 1 on' : `a whole number from 1 to ${max}`,
    fix: `leave ${name} out for the default, or use a number of the range`,
  });
}
