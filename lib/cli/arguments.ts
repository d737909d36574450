import { parseArgs } from 'node:util';
import { didYouMean, Problems, quoted } from '../errors';
import type { Command, Option, Values } from './command';

/** The options of every command. */
export const COMMON_OPTIONS: { readonly [name: string]: Option } = {
  json: { summary: 'print the result, or the problems, as JSON' },
  help: { summary: 'print this help' },
};

/**
 * Reads the arguments behind the name of a command.
 * @throws IdentityTablesError with every argument that is wrong
 */
export function readArguments(command: Command, args: readonly string[]): Values {
  const options: Command['options'] = { ...command.options, ...COMMON_OPTIONS };
  const problems = new Problems();
  const texts = new Map<string, string>();
  const on = new Set<string>();
  const end = args.indexOf('--');
  const rest = end < 0 || command.rest === undefined ? [] : args.slice(end + 1);
  const words: string[] = [];
  for (const token of tokensOf(options, args.slice(0, args.length - rest.length))) {
    if (token.kind === 'positional') {
      words.push(token.value);
    } else if (token.kind === 'option') {
      if (!Object.hasOwn(options, token.name)) {
        problems.add('IDT0702', {
          what: `command '${command.name}' has no option '${token.rawName}'`,
          given: `'${token.rawName}'`,
          allowed: optionsText(options),
          fix: didYouMean(token.rawName, dashed(options), `see identity-tables ${command.name} --help`),
        });
      } else if (options[token.name].value === undefined) {
        on.add(token.name);
        checkNoValue(token.name, token.value, problems);
      } else if (token.value === undefined || token.value === '' || (!token.inlineValue && token.value.startsWith('-'))) {
        problems.add('IDT0703', {
          what: `option '--${token.name}' needs a value`,
          given: token.value === undefined || token.value === '' ? 'nothing' : `the option '${token.value}'`,
          allowed: `--${token.name} ${options[token.name].value}`,
        });
      } else {
        const earlier = options[token.name].isList === true ? texts.get(token.name) : undefined;
        texts.set(token.name, earlier === undefined ? token.value : `${earlier},${token.value}`);
      }
    }
  }
  checkWords(command, words, options, problems);
  problems.throwIfAny();
  return { text: (option) => texts.get(option), isOn: (option) => on.has(option), argument: words[0], rest };
}

function checkWords(
  { name, argument }: Command,
  words: readonly string[],
  options: Command['options'],
  problems: Problems,
): void {
  const first = words[0];
  const others = argument === undefined ? words : words.slice(1);
  if (argument !== undefined && first !== undefined && !argument.allowed.includes(first)) {
    problems.add('IDT0703', {
      what: `'${first}' is not a ${argument.value} of command '${name}'`,
      given: `'${first}'`,
      allowed: quoted(argument.allowed),
      fix: didYouMean(first, argument.allowed, 'use one of the allowed words'),
    });
  }
  for (const word of others) {
    problems.add('IDT0703', {
      what: `command '${name}' takes no ${argument === undefined ? '' : 'second '}argument without an option`,
      given: `'${word}'`,
      allowed: optionsText(options),
      fix: didYouMean(word, Object.keys(options), `remove '${word}'`),
    });
  }
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];

function tokensOf(options: Command['options'], args: readonly string[]): Token[] {
  const types: Record<string, { type: 'boolean' | 'string'; short?: string }> = {};
  for (const [name, { value }] of Object.entries(options)) {
    types[name] = { type: value === undefined ? 'boolean' : 'string', ...(name === 'help' && { short: 'h' }) };
  }
  return parseArgs({ args: [...args], options: types, strict: false, allowPositionals: true, tokens: true }).tokens;
}

function checkNoValue(name: string, value: string | undefined, problems: Problems): void {
  if (value !== undefined) {
    problems.add('IDT0703', {
      what: `option '--${name}' takes no value`,
      given: `'${value}'`,
      allowed: `--${name}, or nothing`,
      fix: `write --${name}`,
    });
  }
}

function dashed(options: Command['options']): string[] {
  return Object.keys(options).map((name) => `--${name}`);
}

function optionsText(options: Command['options']): string {
  return quoted(dashed(options));
}
