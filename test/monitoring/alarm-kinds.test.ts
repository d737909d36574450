import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { IdentityTables, IdentityTablesMonitoring, Replication } from '../../lib';
import { alarms, alarmsOf, AP, CONNECT2ID, CURITY, EU, EXPRESS, named, US, type Options, type TestAlarm } from './alarms';

describe('throttles', () => {
  const curity = alarms(CURITY, Replication.minimal(), EU);
  const metricsOf = (kind: string) => curity.filter(({ id }) => id.startsWith(kind)).flatMap(({ metrics }) => metrics);

  test('tables and indexes of one data class share alarms of at most ten metrics', () => {
    const throttles = curity.filter(({ id }) => id.startsWith('Throttles'));
    expect(throttles.map(({ id, metrics }) => [id, metrics.length])).toEqual([
      ['ThrottlesDurable', 10],
      ['ThrottlesDurable2', 10],
      ['ThrottlesDurable3', 10],
      ['ThrottlesDurable4', 10],
      ['ThrottlesDurable5', 10],
      ['ThrottlesDurable6', 9],
      ['ThrottlesRecoverable', 4],
      ['ThrottlesTransient', 2],
    ]);
  });

  test('writes are watched on every table and each of the 23 global indexes', () => {
    const writes = metricsOf('Throttles').filter((metric) => metric.startsWith('WriteThrottleEvents'));
    expect(writes).toHaveLength(11 + 23);
    expect(new Set(writes).size).toBe(34);
    expect(writes).toContain('WriteThrottleEvents TableName=prod-curity-sessions');
    expect(writes).toContain(
      'WriteThrottleEvents GlobalSecondaryIndexName=service_provider_name-lastModified-index TableName=prod-curity-database-service-providers',
    );
  });

  test('reads are watched on every table and on the indexes that the server queries', () => {
    const reads = metricsOf('Throttles').filter((metric) => metric.startsWith('ReadThrottleEvents'));
    expect(reads).toHaveLength(11 + 20);
    expect(reads).toContain('ReadThrottleEvents GlobalSecondaryIndexName=deviceId-index TableName=prod-curity-devices');
    expect(reads.filter((metric) => metric.includes('database-service-providers'))).toEqual([
      'ReadThrottleEvents TableName=prod-curity-database-service-providers',
      'ReadThrottleEvents GlobalSecondaryIndexName=service_provider_name-created-index TableName=prod-curity-database-service-providers',
      'ReadThrottleEvents GlobalSecondaryIndexName=tag-created-index TableName=prod-curity-database-service-providers',
      'ReadThrottleEvents GlobalSecondaryIndexName=tag-service_provider_name-index TableName=prod-curity-database-service-providers',
    ]);
  });

  test('a count that is missing is zero, and one burst is no alarm', () => {
    expect(named(curity, 'ThrottlesRecoverable')).toMatchObject({
      expression: 'SUM([FILL(m1, 0), FILL(m2, 0), FILL(m3, 0), FILL(m4, 0)])',
      metrics: [
        'ReadThrottleEvents TableName=prod-curity-sessions',
        'WriteThrottleEvents TableName=prod-curity-sessions',
        'ReadThrottleEvents TableName=prod-curity-tokens',
        'WriteThrottleEvents TableName=prod-curity-tokens',
      ],
      periods: [300],
      statistics: ['Sum'],
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 50,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      TreatMissingData: 'notBreaching',
    });
  });

  test('the threshold is that of the data class', () => {
    const limits = (list: TestAlarm[]) =>
      ['ThrottlesDurable', 'ThrottlesDurable6', 'ThrottlesRecoverable', 'ThrottlesTransient'].map(
        (id) => named(list, id).Threshold,
      );
    expect(limits(curity)).toEqual([10, 10, 50, 100]);
    const options = { durableThrottledEvents: 1, recoverableThrottledEvents: 2, transientThrottledEvents: 3 };
    expect(limits(alarms(CURITY, Replication.minimal(), EU, options))).toEqual([1, 1, 2, 3]);
  });
});

describe('system errors', () => {
  test('are summed over the operations of each table, transactions as such', () => {
    const curity = alarms(CURITY, Replication.minimal(), EU).filter(({ id }) => id.startsWith('SystemErrors'));
    expect(curity.map(({ id, metrics }) => [id, metrics.length])).toEqual([
      ['SystemErrorsDurable', 10],
      ['SystemErrorsDurable2', 10],
      ['SystemErrorsDurable3', 8],
      ['SystemErrorsRecoverable', 7],
      ['SystemErrorsTransient', 3],
    ]);
    const metrics = curity.flatMap((alarm) => alarm.metrics);
    expect(metrics.filter((metric) => metric.includes('TableName=prod-curity-accounts'))).toEqual([
      'SystemErrors Operation=GetItem TableName=prod-curity-accounts',
      'SystemErrors Operation=Query TableName=prod-curity-accounts',
      'SystemErrors Operation=TransactWriteItems TableName=prod-curity-accounts',
    ]);
    expect(curity[4]).toMatchObject({
      expression: 'SUM([FILL(m1, 0), FILL(m2, 0), FILL(m3, 0)])',
      periods: [300],
      Threshold: 20,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      TreatMissingData: 'notBreaching',
    });
  });

  test('batches and scans do not count while the server knows other operations', () => {
    const metrics = alarms(CONNECT2ID, Replication.none(), EU)
      .filter(({ id }) => id.startsWith('SystemErrors'))
      .flatMap((alarm) => alarm.metrics);
    expect(metrics).toHaveLength(16 * 5);
    expect(metrics.filter((metric) => metric.includes('=prod-clients'))).toEqual(
      ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map(
        (operation) => `SystemErrors Operation=${operation} TableName=prod-clients`,
      ),
    );
  });

  test('the threshold is that of the data class', () => {
    const limits = (options: Options) => {
      const list = alarms(CURITY, Replication.none(), US, options);
      return ['SystemErrorsDurable', 'SystemErrorsRecoverable', 'SystemErrorsTransient'].map((id) => named(list, id).Threshold);
    };
    expect(limits({})).toEqual([5, 10, 20]);
    expect(limits({ durableSystemErrors: 7, recoverableSystemErrors: 8, transientSystemErrors: 9 })).toEqual([7, 8, 9]);
  });

  test('a set without another region does not send users there', () => {
    const stack = new Stack(new App(), 'Stack', { env: { region: EU } });
    const tables = new IdentityTables(stack, 'IdentityTables', { server: EXPRESS });
    new IdentityTablesMonitoring(stack, 'Monitoring', { tables });
    expect(named(alarmsOf(stack), 'SystemErrorsRecoverable').AlarmDescription).toContain('no other region has these items');
    expect(named(alarms(EXPRESS, Replication.full(), EU), 'SystemErrorsRecoverable').AlarmDescription).toContain(
      'lead users to another region',
    );
  });
});

describe('replication latency', () => {
  const latency = (list: TestAlarm[]) => list.filter(({ id }) => id.startsWith('ReplicationLatency'));

  test.each([
    [EU, [US, AP]],
    [US, [EU, AP]],
    [AP, [EU, US]],
  ])('%s watches what it sends to %j', (region, others) => {
    const found = latency(alarms(CURITY, Replication.minimal(), region));
    expect(found.map(({ id }) => id)).toEqual(others.map((other) => `ReplicationLatency${other.replace(/-/g, '')}`));
    found.forEach((alarm, i) => {
      expect(alarm.metrics).toHaveLength(9);
      expect(alarm.metrics).toContain(`ReplicationLatency ReceivingRegion=${others[i]} TableName=prod-curity-tokens`);
      expect(alarm.metrics.join()).not.toContain('curity-sessions');
    });
  });

  test('silence is an alarm, since a lost region answers nothing', () => {
    expect(latency(alarms(CURITY, Replication.ofTables(['curity-delegations', 'curity-tokens']), EU))[0]).toMatchObject({
      expression: 'MAX([m1, m2])',
      periods: [300],
      statistics: ['Average'],
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 60_000,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 3,
      TreatMissingData: 'breaching',
    });
  });

  test('latency and silence can be set', () => {
    const options = { replicationLatency: Duration.seconds(10), alarmOnSilentReplication: false };
    const [alarm] = latency(alarms(CURITY, Replication.minimal(), EU, options));
    expect(alarm).toMatchObject({ Threshold: 10_000, TreatMissingData: 'notBreaching' });
    expect(alarm.AlarmDescription).not.toContain('quiet hours');
  });

  test('more than ten replicated tables are shared out evenly', () => {
    const found = latency(alarms(CURITY, Replication.full(), EU));
    expect(found.map(({ id, metrics }) => [id, metrics.length])).toEqual([
      ['ReplicationLatencyuseast1', 6],
      ['ReplicationLatencyuseast12', 5],
      ['ReplicationLatencyapsoutheast2', 6],
      ['ReplicationLatencyapsoutheast22', 5],
    ]);
  });

  test('without replicated tables there is none', () => {
    expect(latency(alarms(CURITY, Replication.none(), EU))).toEqual([]);
    expect(latency(alarms(EXPRESS, Replication.minimal(), EU))).toEqual([]);
  });

  test('one table alone needs no expression', () => {
    const [alarm] = latency(alarms(EXPRESS, Replication.full(), EU));
    expect(alarm.expression).toBeUndefined();
    expect(alarm).toMatchObject({
      metrics: [`ReplicationLatency ReceivingRegion=${US} TableName=prod-sessions`],
      periods: [300],
      statistics: ['Average'],
      TreatMissingData: 'breaching',
    });
  });
});

describe('time to live', () => {
  const silence = (list: TestAlarm[]) => list.filter(({ id }) => id.startsWith('TimeToLive'));

  test('a day without a deletion in all tables of a class is an alarm; durable tables are left out', () => {
    const found = silence(alarms(CURITY, Replication.minimal(), EU));
    expect(found.map(({ id, metrics }) => [id, metrics])).toEqual([
      [
        'TimeToLiveRecoverable',
        ['TimeToLiveDeletedItemCount TableName=prod-curity-sessions', 'TimeToLiveDeletedItemCount TableName=prod-curity-tokens'],
      ],
      ['TimeToLiveTransient', ['TimeToLiveDeletedItemCount TableName=prod-curity-nonces']],
    ]);
    expect(found[0]).toMatchObject({
      expression: 'SUM([FILL(m1, 0), FILL(m2, 0)])',
      periods: [86_400],
      statistics: ['Sum'],
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
      TreatMissingData: 'breaching',
    });
  });

  test('a quiet set can wait up to a week', () => {
    const [alarm] = silence(alarms(CURITY, Replication.minimal(), EU, { timeToLiveSilentDays: 7 }));
    expect(alarm).toMatchObject({ EvaluationPeriods: 7, DatapointsToAlarm: 7, periods: [86_400] });
    expect(alarm.AlarmDescription).toContain('for 7 days');
  });

  test('follows the override of a table', () => {
    const watched = (timeToLiveAttribute: string) => {
      const stack = new Stack(new App(), 'Stack', { env: { region: EU } });
      const tableOverrides = { sessions: { timeToLiveAttribute } };
      const tables = new IdentityTables(stack, 'IdentityTables', { server: EXPRESS, tableOverrides });
      new IdentityTablesMonitoring(stack, 'Monitoring', { tables });
      return silence(alarmsOf(stack)).flatMap(({ metrics }) => metrics);
    };
    expect(watched('')).toEqual([]);
    expect(watched('until')).toEqual(['TimeToLiveDeletedItemCount TableName=sessions']);
  });
});
