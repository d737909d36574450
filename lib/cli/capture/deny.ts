import { inputOf, Refusal, type Step } from '../engine/answer';
import { usesOf } from '../record';

/** Answers requests that need one of the actions as AWS answers without the permission. */
export function denyActions(actions: ReadonlySet<string>): Step {
  return async (request, next) => {
    if (actions.size === 0) {
      return next(request);
    }
    const denied = usesOf(request.operation, inputOf(request.body)).find(({ action }) => actions.has(action));
    if (denied !== undefined) {
      const resource = denied.table === undefined ? '*' : `table/${denied.table}`;
      throw new Refusal(
        'AccessDeniedException',
        `User is not authorized to perform: dynamodb:${denied.action} on resource: ${resource} because no policy allows the action`,
      );
    }
    return next(request);
  };
}
