import type { Terminal } from './command';

const CLEAR_LINE = '\r\u001b[2K';

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { env, stdout, stderr } = process;
  // Who reads only the beginning, such as head, has not caused an error.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      throw error;
    }
  });
  let showsProgress = false;
  const clear = (): void => {
    if (showsProgress) {
      stderr.write(CLEAR_LINE);
      showsProgress = false;
    }
  };
  return {
    env,
    print: (text) => {
      clear();
      stdout.write(`${text}\n`);
    },
    warn: (text) => {
      clear();
      stderr.write(`${text}\n`);
    },
    progress: (text) => {
      if (stderr.isTTY) {
        stderr.write(`${CLEAR_LINE}${text}`);
        showsProgress = true;
      }
    },
  };
}
