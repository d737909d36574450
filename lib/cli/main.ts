import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { didYouMean, fail, formatProblem, IdentityTablesError, Problems, quoted, type Problem } from '../errors';
import { readArguments } from './arguments';
import type { Command, Context, ExitCode, Terminal } from './command';
import { COMMANDS } from './commands';
import { helpOf, helpOfAll } from './help';

/** Runs identity-tables with the arguments behind its name. Never throws: what goes wrong is printed. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const asJson = ownArguments(args).includes('--json');
  const report: Context['report'] = ({ text, json }, problems = []) => {
    terminal.print(asJson ? JSON.stringify(json, undefined, 2) : text);
    if (!asJson) {
      problems.forEach((problem) => terminal.warn(formatProblem(problem)));
    }
  };
  try {
    return await dispatch(args, terminal, report);
  } catch (error) {
    const problems = error instanceof IdentityTablesError ? error.problems : unexpected(error);
    if (asJson) {
      terminal.print(JSON.stringify({ problems }, undefined, 2));
    } else {
      problems.forEach((problem) => terminal.warn(formatProblem(problem)));
    }
    return 2;
  }
}

async function dispatch([name, ...rest]: readonly string[], terminal: Terminal, report: Context['report']): Promise<ExitCode> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.print(helpOfAll(COMMANDS));
    return 0;
  }
  if (name === '--version') {
    terminal.print(version());
    return 0;
  }
  const command = commandNamed(name);
  const own = ownArguments(rest);
  if (own.includes('--help') || own.includes('-h')) {
    terminal.print(helpOf(command));
    return 0;
  }
  return command.run({ ...terminal, report, values: readArguments(command, rest) });
}

/** Without what stands behind `--`, which is of another program. */
function ownArguments(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return end < 0 ? args : args.slice(0, end);
}

function commandNamed(name: string): Command {
  const names = COMMANDS.map((command) => command.name);
  return (
    COMMANDS.find((command) => command.name === name) ??
    fail('IDT0701', {
      what: `there is no command '${name}'`,
      given: `'${name}'`,
      allowed: quoted(names),
      fix: didYouMean(name, names, 'see identity-tables --help'),
    })
  );
}

function version(): string {
  const file = path.join(__dirname, '..', '..', 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}

function unexpected(error: unknown): readonly Problem[] {
  const problems = new Problems();
  problems.add('IDT0718', {
    what: 'the command failed unexpectedly',
    given: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  });
  return problems.all;
}
