import type { ChangeName, StepChange } from './step';
import { DEPLOY_WORDS, FREE, type Words } from './words';

/** From what takes longest and is hardest to take back. */
const BY_WEIGHT: readonly ChangeName[] = [
  'replica-removed',
  'replica-added',
  'index-added',
  'index-removed',
  'ttl-on',
  'ttl-off',
  'stream',
  'create',
];

/** The words of a deployment with changes of several kinds: what each kind says, and how long the weightiest takes. */
export function deployWords(changes: readonly StepChange[]): Words {
  const weight = (name: ChangeName): number => (BY_WEIGHT.includes(name) ? BY_WEIGHT.indexOf(name) : BY_WEIGHT.length);
  const names = [...new Set(changes.map(({ name }) => name))].sort((a, b) => weight(a) - weight(b));
  const all = names.map((name) => DEPLOY_WORDS[name]);
  const billed = all.filter((words) => words.billed !== FREE);
  const notes = all.flatMap((words) => words.notes ?? []);
  return {
    title: joined(all, 'title', ', '),
    why: joined(all, 'why'),
    duration: all[0].duration,
    billed: billed.length === 0 ? FREE : joined(billed, 'billed'),
    back: joined(all, 'back'),
    ...(notes.length > 0 && { notes: [...new Set(notes)] }),
  };
}

function joined(all: readonly Words[], part: 'title' | 'why' | 'billed' | 'back', separator = '; '): string {
  return [...new Set(all.map((words) => words[part]))].join(separator);
}
