import { lines, ofPlace, type Renderer } from './render-input';
import { isLeftOut, SettingPlace, type SettingValue } from './setting-value';

/** A part of the configuration, to be merged into it. */
export const xml: Renderer = ({ heading, values, dataSourceId }) =>
  lines(
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<!-- ${comment(heading)} -->`,
    notes(values).map((note) => `<!-- ${comment(note)} -->`),
    '<config xmlns="http://tail-f.com/ns/config/1.0">',
    '  <facilities xmlns="https://curity.se/ns/conf/base">',
    '    <data-sources>',
    '      <data-source>',
    `        <id>${escaped(dataSourceId)}</id>`,
    '        <dynamodb xmlns="https://curity.se/ns/ext-conf/dynamodb">',
    written(values).flatMap((setting) => element(setting.name.split(' '), setting, ' '.repeat(10))),
    '        </dynamodb>',
    '      </data-source>',
    '    </data-sources>',
    '  </facilities>',
    '</config>',
  );

/** A shell script that hands commands to the server's own shell, idsh. */
export const cli: Renderer = ({ heading, values, dataSourceId }) =>
  lines(
    [heading, ...notes(values)].map((note) => `# ${note}`),
    `"\${IDSVR_HOME:-/opt/idsvr}/bin/idsh" <<'COMMANDS'`,
    'configure',
    written(values).map(
      ({ name, value = '' }) => `set facilities data-sources data-source ${dataSourceId} dynamodb ${name} ${quotedWord(value)}`,
    ),
    'commit',
    'exit no-confirm',
    'exit',
    'COMMANDS',
  );

function written(values: readonly SettingValue[]): SettingValue[] {
  return ofPlace(values, SettingPlace.DATA_SOURCE).filter((setting) => !isLeftOut(setting));
}

/** What has no place in the configuration. */
function notes(values: readonly SettingValue[]): string[] {
  const environment = ofPlace(values, SettingPlace.ENVIRONMENT);
  return [
    ...environment.map(({ name, value, why }) => `in the environment of the server: ${name}=${value}: ${why}`),
    ...values.filter(isLeftOut).map(({ name, why }) => `left out: ${name}: ${why}`),
  ];
}

function element([name, ...inner]: readonly string[], setting: SettingValue, indent: string): string[] {
  return inner.length === 0
    ? [`${indent}<!-- ${comment(setting.why)} -->`, `${indent}<${name}>${escaped(setting.value ?? '')}</${name}>`]
    : [`${indent}<${name}>`, ...element(inner, setting, `${indent}  `), `${indent}</${name}>`];
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** Two hyphens end a comment. */
function comment(text: string): string {
  return text.replace(/-(?=-)/g, '- ');
}

function quotedWord(word: string): string {
  return /^[\w.:/-]+$/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`;
}
