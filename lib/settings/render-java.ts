import { Token } from 'aws-cdk-lib/core';
import { shellWord } from '../errors';
import { lines, ofPlace, variableNote, type Renderer } from './render-input';
import { isLeftOut, SettingPlace, type SettingValue } from './setting-value';

/** The variable of Tomcat for options of its Java machine. Its start script expands the variables in it. */
const TOMCAT_OPTIONS = 'CATALINA_OPTS';

/** One flag in each line, for a shell. */
export const javaOptions: Renderer = ({ values }) => lines(flags(values));

/** A Java properties file. */
export const properties: Renderer = ({ heading, values }) =>
  lines(
    `# ${heading}`,
    `# load it with -DsystemPropertiesURL=file:///<path>; nothing expands \${…} in it, so put the values in when you write it`,
    values.flatMap((setting) => propertyLines(setting)),
  );

/** An environment file of Docker: values reach to the end of the line, and a name alone is taken from the environment. */
export const environmentFile: Renderer = ({ heading, values }) =>
  lines(
    `# ${heading}`,
    Object.entries(environmentVariables(values)).map(([name, value]) => `${name}=${value}`),
    variables(values).flatMap((setting) => [`# ${variableNote(setting)}`, `${setting.environmentVariable}`]),
  );

/** The environment of a container, without what comes from a secret store or from the node. */
export function environmentVariables(values: readonly SettingValue[]): { [name: string]: string } {
  const variables = ofPlace(values, SettingPlace.ENVIRONMENT).map(({ name, value = '' }): [string, string] => [name, value]);
  const options = flags(values).join(' ');
  return Object.fromEntries(options === '' ? variables : [...variables, [TOMCAT_OPTIONS, options]]);
}

function flags(values: readonly SettingValue[]): string[] {
  return ofPlace(values, SettingPlace.SYSTEM_PROPERTY)
    .filter((setting) => !isLeftOut(setting))
    .map((setting) =>
      setting.value === undefined
        ? `-D${setting.name}=\${${setting.environmentVariable}}`
        : flag(`-D${setting.name}=${setting.value}`),
    );
}

/** A token is known at deployment only, and stays as it is. */
function flag(text: string): string {
  return Token.isUnresolved(text) ? text : shellWord(text);
}

function propertyLines(setting: SettingValue): string[] {
  const { name, place, value, environmentVariable, why } = setting;
  if (place === SettingPlace.ENVIRONMENT) {
    return [`# in the environment: ${name}=${value}: ${why}`];
  }
  if (isLeftOut(setting)) {
    return [`# left out: ${name}: ${why}`];
  }
  return value === undefined
    ? [`# ${variableNote(setting)}`, `${name}=\${${environmentVariable}}`]
    : [`# ${why}`, `${name}=${escaped(value)}`];
}

function escaped(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/^ /, '\\ ');
}

/** Each variable once, though a setting may be spelled in two ways. */
function variables(values: readonly SettingValue[]): SettingValue[] {
  const names = values.map((setting) => setting.environmentVariable);
  return values.filter(
    ({ environmentVariable }, i) => environmentVariable !== undefined && names.indexOf(environmentVariable) === i,
  );
}
