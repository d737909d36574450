import { Refusal, type Step } from '../answer';
import { ContinuousBackups } from './continuous-backups';
import { ContributorInsights } from './contributor-insights';
import { ResourcePolicies } from './resource-policies';

/** Answers, from memory, the calls that the engine does not know. */
export function rememberedSettings(): Step {
  const backups = new ContinuousBackups();
  const insights = new ContributorInsights();
  const policies = new ResourcePolicies();
  const operations: { readonly [operation: string]: Step } = {
    CreateTable: (request, next) => policies.create(request, next),
    DeleteResourcePolicy: (request, next) => policies.remove(request, next),
    DescribeContinuousBackups: (request, next) => backups.describe(request, next),
    DescribeContributorInsights: (request, next) => insights.describe(request, next),
    GetResourcePolicy: (request, next) => policies.get(request, next),
    PutResourcePolicy: (request, next) => policies.put(request, next),
    UpdateContinuousBackups: (request, next) => backups.update(request, next),
    UpdateContributorInsights: (request, next) => insights.update(request, next),
  };
  return async (request, next) => {
    if (!Object.hasOwn(operations, request.operation)) {
      return next(request);
    }
    try {
      return await operations[request.operation](request, next);
    } catch (error) {
      if (error instanceof Refusal) {
        return error.answer;
      }
      throw error;
    }
  };
}
