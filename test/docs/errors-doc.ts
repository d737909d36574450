import { CODES, formatProblem, WARNINGS, warningId, type Warning } from '../../lib/errors';

/** The third and fourth character of a code say what it is about. */
const GROUPS: { readonly [group: string]: string } = {
  IDT01: 'Names',
  IDT02: 'Servers and their options',
  IDT03: 'Regions and replication',
  IDT04: 'Schema files',
  IDT05: 'Settings of tables',
  IDT06: 'The app of cdk.json',
  IDT07: 'The command',
  IDT08: 'Access',
  IDT09: 'Keys',
  IDT10: 'Settings of servers',
  IDT11: 'Monitoring',
  IDT12: 'Verify',
  IDT13: 'Plan',
  IDT14: 'Capture and pull',
};

const EXAMPLE = formatProblem({
  code: 'IDT0309',
  what: "replication names the table 'sesions', which this server does not have",
  given: "'sesions'",
  allowed: "'sessions', 'tokens'",
  fix: "did you mean 'sessions'?",
});

/** The text of docs/errors.md. */
export function errorsDocument(): string {
  return [
    '# Errors and warnings',
    '',
    'This page is generated from the tables in `lib/errors`; a test keeps it up to date.',
    '',
    '## How to read an error',
    '',
    '```text',
    EXAMPLE,
    '```',
    '',
    '| part | says |',
    '|---|---|',
    '| code | what to look up here; a code keeps its meaning for good and is never used again for another one |',
    '| first line | what is wrong, with the name of the table, option or file |',
    '| given | what was passed |',
    '| allowed | what may be passed |',
    '| fix | what to change |',
    '',
    'All problems of one call come in one error, numbered. A part that has nothing to say is left out. A value that is known at',
    'deployment only (a CDK token) is not checked.',
    '',
    '## Errors',
    ...groups(),
    '',
    '## Warnings and informations',
    '',
    'They do not stop a synthesis, except that `cdk synth --strict` takes a warning for an error. Each is raised at a construct',
    'and can be acknowledged there or at anything around it, such as the stack. It is not shown any more then:',
    '',
    '```ts',
    `Annotations.of(tables).acknowledgeWarning('${warningId('region-without-tables')}', 'another app has them');`,
    `Annotations.of(tables).acknowledgeInfo('${warningId('single-writer')}', 'all writes go to one region');`,
    '```',
    '',
    '| id | level | when | what to do |',
    '|---|---|---|---|',
    ...Object.entries(WARNINGS).map(([id, { level, meaning, fix }]) =>
      row(`\`${warningId(id as Warning)}\``, level, cell(meaning), cell(fix)),
    ),
    '',
  ].join('\n');
}

function groups(): string[] {
  return Object.entries(GROUPS).flatMap(([group, title]) => {
    const codes = Object.entries(CODES).filter(([code]) => code.startsWith(group));
    const rows = codes.map(([code, { meaning, fix }]) => row(code, cell(meaning), cell(fix)));
    return rows.length === 0 ? [] : ['', `### ${title}`, '', '| code | meaning | fix |', '|---|---|---|', ...rows];
  });
}

function row(...cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** A text in which Markdown finds no cell border, emphasis or tag. */
export function cell(text: string): string {
  return text.replace(/[|*<\\]/g, '\\$&');
}
