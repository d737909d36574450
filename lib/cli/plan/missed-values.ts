import type { StepTemplate } from './step-templates';
import { referencesOf, type Template } from './template';

/** What holds nothing of its own: it can be deleted by one step and made again by a later one. */
const REPLACEABLE: ReadonlySet<string> = new Set([
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::IAM::Policy',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Pipes::Pipe',
]);

/** What a step would delete, or lack, since it needs a value of a table that is on its way. */
export function leftOutTexts(after: StepTemplate): string[] {
  const { stackName, region } = after.stack;
  return missedIn(after).map(
    (subject) =>
      `${subject} of stack '${stackName}' in ${region} needs a value of a table that leaves its template, or has no stream, on the way`,
  );
}

function missedIn({ template, before, leftOut, stack }: StepTemplate): string[] {
  const lost = new Set(leftOut.resources);
  const standing: Template = before?.template ?? {};
  const resources = leftOut.resources.flatMap((id) => {
    const { Type: type } = standing.Resources?.[id] ?? {};
    return type === undefined || REPLACEABLE.has(type) ? [] : [`resource '${id}' (${type})`];
  });
  const outputs = leftOut.outputs
    .filter((id) => standing.Outputs?.[id]?.Export !== undefined)
    .map((id) => `exported output '${id}'`);
  const needed = Object.values(template.Resources ?? {}).flatMap((resource) =>
    [...referencesOf(resource)]
      .filter((id) => lost.has(id) && standing.Resources?.[id] === undefined)
      .map((id) => `resource '${id}' (${stack.template.Resources?.[id]?.Type})`),
  );
  return [...new Set([...resources, ...outputs, ...needed])];
}
