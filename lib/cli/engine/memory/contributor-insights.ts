import { inputOf, jsonAnswer, Refusal, type Answer, type DynamoRequest } from '../answer';
import { describeTable, optionalText, requiredText, tableNameOf, type Next } from './described-table';

const ACTIONS = ['ENABLE', 'DISABLE'];
const DEFAULT_MODE = 'ACCESSED_AND_THROTTLED_KEYS';

interface Insights {
  readonly status: 'ENABLED' | 'DISABLED';
  readonly mode: string;
  /** Seconds since 1970. */
  readonly updated: number;
}

/** Contributor insights as a setting: nothing is measured. */
export class ContributorInsights {
  private readonly insights = new Map<string, Insights>();

  public async update(request: DynamoRequest, next: Next): Promise<Answer> {
    const input = inputOf(request.body);
    const action = optionalText(input, 'ContributorInsightsAction') ?? 'null';
    const mode = optionalText(input, 'ContributorInsightsMode') ?? DEFAULT_MODE;
    const names = await subject(request, next);
    if (!ACTIONS.includes(action)) {
      throw new Refusal(
        'ValidationException',
        `1 validation error detected: Value '${action}' at 'contributorInsightsAction' failed to satisfy constraint: ` +
          `Member must satisfy enum value set: [${ACTIONS.join(', ')}]`,
      );
    }
    const status = action === 'ENABLE' ? 'ENABLED' : 'DISABLED';
    this.insights.set(names.key, { status, mode, updated: Math.floor(Date.now() / 1000) });
    return jsonAnswer({
      ...names.answer,
      ContributorInsightsStatus: action === 'ENABLE' ? 'ENABLING' : 'DISABLING',
      ContributorInsightsMode: mode,
    });
  }

  public async describe(request: DynamoRequest, next: Next): Promise<Answer> {
    const names = await subject(request, next);
    const found = this.insights.get(names.key);
    return jsonAnswer({
      ...names.answer,
      ContributorInsightsStatus: found?.status ?? 'DISABLED',
      ...(found && { LastUpdateDateTime: found.updated, ContributorInsightsMode: found.mode }),
    });
  }
}

/** The table or index that is asked about. */
async function subject(request: DynamoRequest, next: Next): Promise<{ key: string; answer: object }> {
  const input = inputOf(request.body);
  const name = tableNameOf(requiredText(input, 'TableName'));
  const table = await describeTable(name, request, next);
  if (table === undefined) {
    throw new Refusal('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
  }
  const index = optionalText(input, 'IndexName');
  if (index === undefined) {
    return { key: table.TableId, answer: { TableName: name } };
  }
  if (!table.GlobalSecondaryIndexes?.some(({ IndexName: found }) => found === index)) {
    throw new Refusal('ResourceNotFoundException', `Requested resource not found: Index: ${index} not found`);
  }
  return { key: `${table.TableId}/${index}`, answer: { TableName: name, IndexName: index } };
}
