const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** That someone asks the command to end, by Ctrl-C or by a signal. */
export interface StopSignal {
  readonly asked: Promise<void>;
  /** Stops listening: the next signal ends the process at once. */
  readonly dispose: () => void;
}

export function stopSignal(): StopSignal {
  let dispose = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    const stop = (): void => {
      dispose();
      resolve();
    };
    dispose = () => SIGNALS.forEach((signal) => process.off(signal, stop));
    SIGNALS.forEach((signal) => process.on(signal, stop));
  });
  return { asked, dispose };
}
