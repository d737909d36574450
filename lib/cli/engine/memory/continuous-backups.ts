import { LIMITS } from '../../../errors';
import { inputOf, jsonAnswer, Refusal, type Answer, type DynamoRequest, type Input } from '../answer';
import { describeTable, required, requiredText, tableNameOf, type DescribedTable, type Next } from './described-table';

interface Enabled {
  readonly days: number;
  /** Seconds since 1970. */
  readonly since: number;
}

/** Point-in-time recovery as a setting: it is remembered, and no backup is made. */
export class ContinuousBackups {
  private readonly enabled = new Map<string, Enabled>();

  public async describe(request: DynamoRequest, next: Next): Promise<Answer> {
    return this.description(await table(request, next));
  }

  public async update(request: DynamoRequest, next: Next): Promise<Answer> {
    const specification = required(inputOf(request.body), 'PointInTimeRecoverySpecification') as Input;
    const enable = required(specification, 'PointInTimeRecoveryEnabled');
    const days = specification.RecoveryPeriodInDays ?? LIMITS.recoveryPeriodInDays;
    if (typeof days !== 'number' || days < 1 || days > LIMITS.recoveryPeriodInDays) {
      const allowed = `between 1 and ${LIMITS.recoveryPeriodInDays}`;
      throw new Refusal('ValidationException', `RecoveryPeriodInDays must be ${allowed}, but is ${JSON.stringify(days)}`);
    }
    const described = await table(request, next);
    const since = this.enabled.get(described.TableId)?.since ?? Math.floor(Date.now() / 1000);
    if (enable === true) {
      this.enabled.set(described.TableId, { days, since });
    } else {
      this.enabled.delete(described.TableId);
    }
    return this.description(described);
  }

  private description({ TableId: id }: DescribedTable): Answer {
    const enabled = this.enabled.get(id);
    return jsonAnswer({
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription:
          enabled === undefined
            ? { PointInTimeRecoveryStatus: 'DISABLED' }
            : {
                PointInTimeRecoveryStatus: 'ENABLED',
                RecoveryPeriodInDays: enabled.days,
                EarliestRestorableDateTime: enabled.since,
                LatestRestorableDateTime: Math.floor(Date.now() / 1000),
              },
      },
    });
  }
}

async function table(request: DynamoRequest, next: Next): Promise<DescribedTable> {
  const name = requiredText(inputOf(request.body), 'TableName');
  const described = await describeTable(name, request, next);
  if (described === undefined) {
    throw new Refusal('TableNotFoundException', `Table not found: ${tableNameOf(name)}`);
  }
  return described;
}
