import { accessSync, constants, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { fail } from '../../errors';

const PACKAGE = '@dynoxide/linux-x64';
const COMMAND = process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide';
const VARIABLE = 'IDENTITY_TABLES_ENGINE';

/** How to get the engine, by platform and architecture of Node.js. */
const HOW_TO_GET: { readonly [platform: string]: string } = {
  'linux-x64': `npm install ${PACKAGE}`,
};
const HOW_TO_GET_ELSEWHERE = 'cargo install dynoxide-rs --no-default-features --features native-sqlite,http-server,cli';

/** Where the engine may be found. Replaced in tests. */
export interface BinaryLookup {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: string;
  /** The directory of the platform package, or undefined when it is not installed. */
  readonly packageDirectory: () => string | undefined;
}

export const INSTALLED: BinaryLookup = {
  env: process.env,
  platform: `${process.platform}-${process.arch}`,
  packageDirectory: () => {
    try {
      return path.dirname(createRequire(__filename).resolve(`${PACKAGE}/package.json`));
    } catch {
      return undefined;
    }
  },
};

/**
 * The engine's program: of the platform package, else on the PATH, else the one that the environment names.
 * @throws IdentityTablesError when there is none; it says how to get it
 */
export function engineBinary({ env, platform, packageDirectory }: BinaryLookup): string {
  const directory = packageDirectory();
  const onPath = (env.PATH ?? '').split(path.delimiter).filter((entry) => entry !== '');
  const candidates = [
    ...(directory === undefined ? [] : [path.join(directory, COMMAND)]),
    ...onPath.map((entry) => path.join(entry, COMMAND)),
    ...(env[VARIABLE] === undefined ? [] : [env[VARIABLE]]),
  ];
  const found = candidates.find(isExecutable);
  if (found !== undefined) {
    return found;
  }
  const get = HOW_TO_GET[platform] ?? HOW_TO_GET_ELSEWHERE;
  return fail('IDT0710', {
    what: 'the embedded engine dynoxide was not found',
    given: `no package ${PACKAGE}, no ${COMMAND} on the PATH, ${VARIABLE} ${env[VARIABLE] === undefined ? 'not set' : `is '${env[VARIABLE]}'`}`,
    allowed: `the package, the program on the PATH, or ${VARIABLE} with the path of the program (platform ${platform})`,
    fix: `${get}; or pass --endpoint with the address of a server that runs`,
  });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
