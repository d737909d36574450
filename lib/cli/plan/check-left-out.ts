import { Problems } from '../../errors';
import type { Step } from './step';
import { templatesWithoutTables, type Sources, type StepTemplate } from './step-templates';
import { namesIn, referencedBy, type Json, type Template } from './template';

/** What holds nothing of its own: it can be deleted by one step and made again by a later one. */
const REPLACEABLE: ReadonlySet<string> = new Set([
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::IAM::Policy',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Pipes::Pipe',
]);

/**
 * Whether no step deletes, or lacks, what cannot be named while a table is on its way.
 * @throws IdentityTablesError with all that a step would
 */
export function checkLeftOut(steps: readonly Step[], sources: Sources): void {
  const problems = new Problems();
  const told = new Set<string>();
  for (const template of templatesWithoutTables(steps, sources)) {
    const subjects = missedIn(template).filter((subject) => !told.has(`${template.stack.key}/${subject}`));
    for (const subject of subjects) {
      told.add(`${template.stack.key}/${subject}`);
      problems.add('IDT1315', {
        what: `${subject} of stack '${template.stack.stackName}' in ${template.stack.region} needs a value of a table that leaves its template on the way`,
      });
    }
  }
  problems.throwIfAny();
}

function missedIn({ template, before, leftOut, stack }: StepTemplate): string[] {
  const lost = new Set(leftOut.resources);
  const standing: Template = before?.template ?? {};
  const resources = leftOut.resources.flatMap((id) => {
    const { Type: type } = standing.Resources?.[id] ?? {};
    return type === undefined || REPLACEABLE.has(type) ? [] : [`resource '${id}' (${type})`];
  });
  const outputs = leftOut.outputs
    .filter((id) => (standing.Outputs?.[id] as Json | undefined)?.Export !== undefined)
    .map((id) => `exported output '${id}'`);
  const needed = Object.values(template.Resources ?? {}).flatMap((resource) =>
    [...namesIn(resource, referencedBy)]
      .filter((id) => lost.has(id) && standing.Resources?.[id] === undefined)
      .map((id) => `resource '${id}' (${stack.template.Resources?.[id]?.Type})`),
  );
  return [...new Set([...resources, ...outputs, ...needed])];
}
