import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

// Private names of MiniStack are patched, so the version is exact.
const PACKAGE = 'ministack==1.5.33';

/** The path of a Python that has MiniStack, in an environment that is made on first use. */
export function pythonWithMiniStack(): string {
  const root = path.join(__dirname, '.venv');
  const environment = path.join(root, PACKAGE.replace('==', '-'));
  if (!fs.existsSync(environment)) {
    fs.mkdirSync(root, { recursive: true });
    // Built aside and renamed at the end: an interrupted run leaves no half environment, and two test files may build at once.
    const draft = fs.mkdtempSync(path.join(root, 'draft-'));
    try {
      run('python3', ['-m', 'venv', draft], 'the end-to-end tests need Python 3.10 or newer with its venv module');
      run(
        interpreter(draft),
        ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PACKAGE],
        `${PACKAGE} cannot be installed; the first run needs a package index`,
      );
      moveUnlessPresent(draft, environment);
    } finally {
      fs.rmSync(draft, { recursive: true, force: true });
    }
  }
  return interpreter(environment);
}

function interpreter(environment: string): string {
  return path.join(environment, 'bin', 'python');
}

function moveUnlessPresent(from: string, to: string): void {
  try {
    fs.renameSync(from, to);
  } catch (error) {
    if (!fs.existsSync(to)) throw error;
  }
}

function run(command: string, args: string[], need: string): void {
  const result = spawnSync(command, args, { encoding: 'utf8' });
  if (result.status !== 0) {
    const reason = result.error?.message ?? `${result.stdout}${result.stderr}`.trim();
    throw new Error(`${need}\n  command: ${[command, ...args].join(' ')}\n  answer:  ${reason}`);
  }
}
