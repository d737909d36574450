import { RULES } from '../../lib/checks/rules';
import type { Rule } from '../../lib/checks/rule';

/** The text of docs/checks.md. */
export function checksDocument(): string {
  return [
    '# Checks',
    '',
    'This page is generated from the rules in `lib/checks/rules`; a test keeps it up to date.',
    '',
    '`IdentityTablesChecks` is a policy validation plugin for any CDK app with an `AWS::DynamoDB::GlobalTable` (`TableV2`,',
    '`CfnGlobalTable`, or a table of this library). It reads the templates of every stack, nested ones and stages included, and',
    'looks at each replica by itself, that of the primary region as well. Other scanners know `AWS::DynamoDB::Table` only.',
    '',
    '```ts',
    "import { Validations } from 'aws-cdk-lib/core';",
    "import { IdentityTablesChecks } from 'cdk-identity-tables';",
    '',
    'Validations.of(app).addPlugins(new IdentityTablesChecks());',
    '```',
    '',
    'A finding fails `cdk synth`. Mend it, or acknowledge it with a reason at the table, the policy, or anything around it. The',
    'reason is kept in `validation-report.json` in the cloud assembly:',
    '',
    '```ts',
    'Validations.of(table).acknowledge({',
    "  id: 'identity-tables::TABLE-NAME',",
    "  reason: 'imported under the name that CloudFormation gave it',",
    '});',
    '```',
    '',
    'A value that only CloudFormation knows (`Fn::If`, a parameter, an import) is no finding. A table of this library whose profile',
    'asks for no point-in-time recovery carries the acknowledgement of `PITR` with its reason already; one that',
    '`Protection.development()` or an override switches off does not.',
    '',
    '## Rules',
    '',
    ...overview(),
    ...RULES.flatMap(section),
    '',
  ].join('\n');
}

function overview(): string[] {
  const rows = RULES.map(({ id, title }) => [`[${id}](#${id.toLowerCase()})`, title]);
  const [ids, titles] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column].length)));
  return [
    `| ${'id'.padEnd(ids)} | ${'finds that'.padEnd(titles)} |`,
    `| ${'-'.repeat(ids)} | ${'-'.repeat(titles)} |`,
    ...rows.map(([id, title]) => `| ${id.padEnd(ids)} | ${title.padEnd(titles)} |`),
  ];
}

function section({ id, title, reason, fix, source, optIn }: Rule): string[] {
  return [
    '',
    `### ${id}`,
    '',
    `Finds that ${escaped(title)}.${optIn === undefined ? '' : ` Only with \`${optIn}: true\`.`}`,
    '',
    `- why: ${escaped(reason)}`,
    `- fix: ${escaped(fix)}`,
    `- source: <${source}>`,
  ];
}

/** A text in which Markdown finds no emphasis or tag. */
function escaped(text: string): string {
  return text.replace(/[*<\\]|_(?= )/g, '\\$&');
}
