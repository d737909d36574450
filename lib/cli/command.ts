import type { Problem } from '../errors';

/** 0 done, 1 a difference was found, 2 failed. */
export type ExitCode = 0 | 1 | 2;

/** Where a command reads its surroundings from and writes to. */
export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  /** Results, to standard output. */
  readonly print: (text: string) => void;
  /** Problems and progress, to standard error. */
  readonly warn: (text: string) => void;
  /** Shows how far the work is, when a person watches; the next call or result replaces it. */
  readonly progress: (text: string) => void;
}

/** What a command has to say: words for a person, fields for `--json`. */
export interface Report {
  readonly text: string;
  readonly json: object;
}

export interface Option {
  /** What stands for the value in the help, such as DIRECTORY; an option without one is on or off. */
  readonly value?: string;
  readonly summary: string;
  /** Whether it may be given several times; its values are then one text, separated by commas. */
  readonly isList?: boolean;
}

/** A word behind the name of a command, without an option. */
export interface Argument {
  /** What stands for it in the help, such as KIND. */
  readonly value: string;
  readonly summary: string;
  readonly allowed: readonly string[];
}

/** What was given behind the name of a command. */
export interface Values {
  readonly text: (option: string) => string | undefined;
  readonly isOn: (option: string) => boolean;
  /** The argument; undefined when it was left out. */
  readonly argument: string | undefined;
  /** The words behind `--`. */
  readonly rest: readonly string[];
}

export interface Context extends Terminal {
  readonly values: Values;
  /** Prints a result in the form that was asked for. Its problems, which are fields of the JSON, are told beside the text. */
  readonly report: (report: Report, problems?: readonly Problem[]) => void;
}

/** A command of identity-tables: one row of the table of commands. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What it does, for its own help. */
  readonly description: string;
  readonly argument?: Argument;
  /** What stands for the words behind `--` in the help; a command without it takes none. */
  readonly rest?: string;
  readonly options: { readonly [name: string]: Option };
  readonly example: string;
  readonly run: (context: Context) => Promise<ExitCode>;
}
