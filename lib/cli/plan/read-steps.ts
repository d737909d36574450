import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { fail, IdentityTablesError, quoted } from '../../errors';
import type { PlanFile, PlannedStep } from './plan-file';

/** @throws IdentityTablesError when there is no plan, or no such step in it */
export async function readSteps(output: string, number: string): Promise<{ steps: readonly PlannedStep[]; at: number }> {
  const file = path.join(output, 'plan.json');
  if (!existsSync(file)) {
    fail('IDT1309', {
      what: `there is no plan in '${output}'`,
      given: `no file ${file}`,
      allowed: 'the --output of identity-tables plan',
    });
  }
  const { steps } = await orUnreadable(file, () => planOf(readFileSync(file, 'utf8')));
  const at = steps.findIndex((step) => Number(step.number) === Number(number));
  if (at < 0) {
    fail('IDT1309', {
      what: `the plan in '${output}' has no step ${number}`,
      given: `'${number}'`,
      allowed: steps.length === 0 ? 'none: the plan has no steps' : quoted(steps.map((step) => step.number)),
    });
  }
  return { steps, at };
}

function planOf(text: string): PlanFile {
  const plan = JSON.parse(text) as Partial<PlanFile> | null;
  if (!Array.isArray(plan?.steps)) {
    throw new SyntaxError('no list of steps');
  }
  return plan as PlanFile;
}

/** What a plan has written is mended by a new one, whatever is wrong with it. */
export async function orUnreadable<T>(file: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof IdentityTablesError || error instanceof SyntaxError)) {
      throw error;
    }
    return fail('IDT1309', {
      what: `a part of the plan cannot be read: ${file}`,
      given: error instanceof IdentityTablesError ? error.problems[0].given : error.message,
      allowed: 'the files as identity-tables plan has written them',
      fix: 'plan again, with --from live',
    });
  }
}
