import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { fail, quoted } from '../../errors';
import type { PlanFile, PlannedStep } from './plan-file';

/** @throws IdentityTablesError when there is no plan, or no such step in it */
export function readSteps(output: string, number: string): { steps: readonly PlannedStep[]; at: number } {
  const file = path.join(output, 'plan.json');
  if (!existsSync(file)) {
    fail('IDT1309', {
      what: `there is no plan in '${output}'`,
      given: `no file ${file}`,
      allowed: 'the --output of identity-tables plan',
    });
  }
  const { steps } = JSON.parse(readFileSync(file, 'utf8')) as PlanFile;
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
