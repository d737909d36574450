import { Problems, type Problem } from '../../errors';
import type { StopSignal } from '../stop-signal';
import { commandEnvironment, startCommand, type CommandEnd } from './child-command';
import type { CaptureEndpoint } from './endpoint';

export interface Surroundings {
  readonly endpoint: CaptureEndpoint;
  readonly region: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stop: StopSignal;
}

/** With which a shell says that it did not find or could not run a program. */
const NOT_RUN: ReadonlySet<number | null> = new Set([126, 127]);

/** Runs the command, if there is one, and waits until it ends, someone asks for the end, or the endpoint breaks. */
export async function untilEnd(command: readonly string[], surroundings: Surroundings): Promise<readonly Problem[]> {
  const { endpoint, region, env, stop } = surroundings;
  const child = command.length === 0 ? undefined : startCommand(command, commandEnvironment(env, endpoint.url, region));
  const end = await Promise.race([
    stop.asked.then(() => ({ kind: 'asked' }) as const),
    endpoint.broken.then((reason) => ({ kind: 'broken', reason }) as const),
    ...(child === undefined ? [] : [child.ended.then((how) => ({ kind: 'command', how }) as const)]),
  ]);
  await child?.stop();
  const problems = new Problems();
  if (end.kind === 'broken') {
    problems.add('IDT0711', { what: 'the capture ended before it was asked to', given: end.reason });
  } else if (end.kind === 'command') {
    addCommandEnd(end.how, problems);
  }
  return problems.all;
}

/** Of the command itself nothing is told: its arguments may hold secrets. */
function addCommandEnd({ code, signal, failure }: CommandEnd, problems: Problems): void {
  if (code === 0) {
    return;
  }
  const isStarted = failure === undefined && !NOT_RUN.has(code);
  problems.add('IDT1407', {
    what: isStarted ? 'the command failed' : 'the command could not be started',
    given: failure ?? (signal === null ? `exit code ${code}` : `ended by ${signal}`),
    allowed: 'a command that ends with exit code 0, or runs until the capture is ended',
  });
}
