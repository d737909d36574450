import { createInterface } from 'node:readline';
import type { Isolation } from '../replicate';

/** Joins all regions again. */
const HEAL_SIGNAL = 'SIGUSR2';

/** How a person cuts regions off while the command runs. */
export interface Controls {
  readonly close: () => void;
}

export interface ControlsOptions {
  readonly isolation: Isolation;
  readonly regions: readonly string[];
  /** Where lines come from; none when nobody types. */
  readonly input?: NodeJS.ReadableStream;
  readonly say: (text: string) => void;
}

/** Takes the name of a region on a line, which cuts the region off or joins it again, and a signal that joins all. */
export function startControls({ isolation, regions, input, say }: ControlsOptions): Controls {
  const tell = (): void => {
    const isolated = isolation.regions;
    say(isolated.length === 0 ? 'all regions are joined' : `cut off: ${isolated.join(', ')}`);
  };
  const heal = (): void => {
    isolation.heal();
    tell();
  };
  const lines = input && createInterface({ input });
  lines?.on('line', (line) => {
    const word = line.trim();
    if (regions.includes(word)) {
      isolation.toggle(word);
      tell();
    } else if (word !== '') {
      say(`'${word}' is no region of the tables; type one of ${regions.join(', ')} to cut it off or to join it again`);
    }
  });
  // Windows has no such signal.
  const hasSignal = process.platform !== 'win32';
  if (hasSignal) {
    process.on(HEAL_SIGNAL, heal);
  }
  return {
    close: () => {
      lines?.close();
      if (hasSignal) {
        process.off(HEAL_SIGNAL, heal);
      }
    },
  };
}
