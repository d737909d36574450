import { unwatchFile, watchFile } from 'node:fs';
import * as path from 'node:path';

const LOOK_EVERY_MS = 300;

/**
 * Calls back whenever an assembly was written anew, one call after the other. CDK writes the manifest last. The file is looked at
 * again and again, since a directory that is removed and made again would be lost otherwise.
 */
export function watchAssembly(directory: string, onChange: () => Promise<void>): { readonly close: () => Promise<void> } {
  const manifest = path.join(directory, 'manifest.json');
  let last = Promise.resolve();
  const look = (now: { readonly mtimeMs: number }): void => {
    // 0 while there is no file.
    if (now.mtimeMs > 0) {
      last = last.then(onChange);
    }
  };
  watchFile(manifest, { interval: LOOK_EVERY_MS }, look);
  return {
    close: async () => {
      unwatchFile(manifest, look);
      await last;
    },
  };
}
