import { COMMON_OPTIONS } from './arguments';
import { columns } from './columns';
import type { Command } from './command';

export function helpOfAll(commands: readonly Command[]): string {
  return [
    'identity-tables: the DynamoDB tables of identity servers, in every region',
    '',
    'usage: identity-tables <command> [options]',
    '',
    indented(commands.map(({ name, summary }) => [name, summary])),
    '',
    'identity-tables <command> --help tells the options of a command, --version the version.',
    'Exit code: 0 done, 1 a difference was found, 2 failed.',
  ].join('\n');
}

export function helpOf({ name, description, options, example }: Command): string {
  const rows = Object.entries({ ...options, ...COMMON_OPTIONS }).map(([option, { value, summary }]) => [
    value === undefined ? `--${option}` : `--${option} ${value}`,
    summary,
  ]);
  return [
    `usage: identity-tables ${name} [options]`,
    '',
    description,
    '',
    'options:',
    indented(rows),
    '',
    'example:',
    ...example.split('\n').map((line) => `  ${line}`),
  ].join('\n');
}

function indented(rows: readonly (readonly string[])[]): string {
  return columns(rows.map((row) => ['', ...row]));
}
