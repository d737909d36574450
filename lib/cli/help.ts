import { COMMON_OPTIONS } from './arguments';
import { columns } from './columns';
import type { Command } from './command';

const LINE_WIDTH = 120;

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

export function helpOf({ name, description, argument, rest, options, example }: Command): string {
  const rows = Object.entries({ ...options, ...COMMON_OPTIONS }).map(([option, { value, summary }]) => [
    value === undefined ? `--${option}` : `--${option} ${value}`,
    summary,
  ]);
  return [
    ['usage: identity-tables', name, argument?.value, '[options]', rest && `[-- ${rest}]`].filter(Boolean).join(' '),
    '',
    description,
    '',
    ...(argument === undefined ? [] : [`${argument.value}: ${argument.summary}`, '']),
    'options:',
    indented(rows),
    '',
    'example:',
    ...example.split('\n').map((line) => `  ${line}`),
  ].join('\n');
}

/** Rows of two columns; a long second column goes on below itself. */
function indented(rows: readonly (readonly string[])[]): string {
  const width = LINE_WIDTH - Math.max(...rows.map(([first]) => first.length)) - 4;
  const lines = rows.flatMap(([first, second]) => folded(second, width).map((line, i) => ['', i === 0 ? first : '', line]));
  return columns(lines);
}

function folded(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1];
    if (line !== '' && line.length + word.length >= width) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
    }
  }
  return lines;
}
