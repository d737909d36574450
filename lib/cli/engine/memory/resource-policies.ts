import { inputOf, jsonAnswer, Refusal, type Answer, type DynamoRequest } from '../answer';
import { describeTable, optionalText, requiredText, type DescribedTable, type Next } from './described-table';

/** A policy may have 20 KB. */
const MAX_POLICY_BYTES = 20 * 1024;

interface StoredPolicy {
  readonly policy: string;
  readonly revision: string;
}

/** Resource policies: remembered and given back, never enforced. */
export class ResourcePolicies {
  private readonly policies = new Map<string, StoredPolicy>();
  private revisions = 0;

  public async put(request: DynamoRequest, next: Next): Promise<Answer> {
    const input = inputOf(request.body);
    const resource = await this.resource(request, next);
    const policy = checked(requiredText(input, 'Policy'));
    this.expectRevision(resource.key, resource.arn, input.ExpectedRevisionId);
    return jsonAnswer({ RevisionId: this.store(resource.key, policy) });
  }

  public async get(request: DynamoRequest, next: Next): Promise<Answer> {
    const { key, arn } = await this.resource(request, next);
    const stored = this.policies.get(key);
    if (stored === undefined) {
      throw notFound(arn);
    }
    return jsonAnswer({ Policy: stored.policy, RevisionId: stored.revision });
  }

  public async remove(request: DynamoRequest, next: Next): Promise<Answer> {
    const { key, arn } = await this.resource(request, next);
    this.expectRevision(key, arn, inputOf(request.body).ExpectedRevisionId);
    const stored = this.policies.get(key);
    this.policies.delete(key);
    return jsonAnswer(stored === undefined ? {} : { RevisionId: stored.revision });
  }

  /** The engine drops the policy of a CreateTable, so it is kept here. */
  public async create(request: DynamoRequest, next: Next): Promise<Answer> {
    const policy = optionalText(inputOf(request.body), 'ResourcePolicy');
    if (policy === undefined) {
      return next(request);
    }
    const accepted = checked(policy);
    const answer = await next(request);
    if (answer.status === 200) {
      const { TableDescription: table } = inputOf(answer.body) as { readonly TableDescription: DescribedTable };
      this.store(table.TableId, accepted);
    }
    return answer;
  }

  private store(key: string, policy: string): string {
    const revision = String(++this.revisions);
    this.policies.set(key, { policy, revision });
    return revision;
  }

  private expectRevision(key: string, arn: string, expected: unknown): void {
    if (expected === undefined) {
      return;
    }
    const found = this.policies.get(key)?.revision ?? 'NO_POLICY';
    if (expected !== found) {
      throw notFound(arn);
    }
  }

  /** A table has one policy, and so has each of its streams. */
  private async resource(request: DynamoRequest, next: Next): Promise<{ key: string; arn: string }> {
    const arn = requiredText(inputOf(request.body), 'ResourceArn');
    const table = await describeTable(arn, request, next);
    if (table === undefined) {
      throw new Refusal('ResourceNotFoundException', `Requested resource not found: ResourceArn: ${arn} not found`);
    }
    const stream = arn.split('/').slice(2).join('/');
    return { key: stream === '' ? table.TableId : `${table.TableId}/${stream}`, arn };
  }
}

function notFound(arn: string): Refusal {
  return new Refusal('PolicyNotFoundException', `Resource-based policy not found for the provided ResourceArn: ${arn}`);
}

function checked(policy: string): string {
  if (Buffer.byteLength(policy) > MAX_POLICY_BYTES) {
    throw new Refusal('ValidationException', `The resource policy is larger than ${MAX_POLICY_BYTES} bytes`);
  }
  try {
    JSON.parse(policy);
  } catch {
    throw new Refusal('ValidationException', 'Invalid policy document: it is not valid JSON');
  }
  return policy;
}
