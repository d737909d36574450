const INTERVAL_MS = 200;
/** SIGUSR1 is taken: it starts the debugger of Node.js. */
export const WRITE_SIGNAL = 'SIGUSR2';

export interface Watching {
  readonly onTick: () => void;
  /** Someone asks for the files by a signal. */
  readonly onDemand: () => void;
}

/** Calls back now and then, and on demand, until the returned function is called. */
export function watch({ onTick, onDemand }: Watching): () => void {
  const timer = setInterval(onTick, INTERVAL_MS);
  const hasSignal = process.platform !== 'win32';
  if (hasSignal) {
    process.on(WRITE_SIGNAL, onDemand);
  }
  return () => {
    clearInterval(timer);
    if (hasSignal) {
      process.off(WRITE_SIGNAL, onDemand);
    }
  };
}
