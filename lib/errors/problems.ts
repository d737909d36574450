import { CODES, type Code } from './codes';

/** What one problem says beside its code. Each part answers one question of the reader. */
export interface ProblemDetail {
  /** What is wrong, in the user's words: names the table, option or file. */
  readonly what: string;
  /** What was passed. */
  readonly given?: string;
  /** What may be passed. */
  readonly allowed?: string;
  /** The one edit that mends it. Defaults to the general fix of the code. */
  readonly fix?: string;
}

/** One problem with its stable code. */
export interface Problem extends ProblemDetail {
  readonly code: Code;
  readonly fix: string;
}

/** The error of this library: every problem of one call, each with a code of docs/errors.md. */
export class IdentityTablesError extends Error {
  public constructor(public readonly problems: readonly Problem[]) {
    super(formatProblems(problems));
    this.name = 'IdentityTablesError';
  }
}

/** Collects the problems of one call, so that all of them are told in one throw. */
export class Problems {
  private readonly list: Problem[] = [];

  public add(code: Code, detail: ProblemDetail): void {
    this.list.push({ code, ...detail, fix: detail.fix ?? CODES[code].fix });
  }

  public get isEmpty(): boolean {
    return this.list.length === 0;
  }

  /** The problems so far, in the order in which they were found. */
  public get all(): readonly Problem[] {
    return this.list;
  }

  /** @throws IdentityTablesError when anything was added */
  public throwIfAny(): void {
    if (!this.isEmpty) {
      throw new IdentityTablesError([...this.list]);
    }
  }
}

/** Throws one problem at once, for calls that can have only one. */
export function fail(code: Code, detail: ProblemDetail): never {
  const problems = new Problems();
  problems.add(code, detail);
  throw new IdentityTablesError(problems.all);
}

export function formatProblem(problem: Problem): string {
  const lines = [`[${problem.code}] ${problem.what}`];
  const parts = [
    ['given:  ', problem.given],
    ['allowed:', problem.allowed],
    ['fix:    ', problem.fix],
  ] as const;
  for (const [label, text] of parts) {
    if (text !== undefined) {
      lines.push(`  ${label} ${text}`);
    }
  }
  return lines.join('\n');
}

function formatProblems(problems: readonly Problem[]): string {
  if (problems.length === 1) {
    return formatProblem(problems[0]);
  }
  return [`${problems.length} problems`, ...problems.map((problem, i) => `${i + 1}. ${formatProblem(problem)}`)].join('\n');
}
