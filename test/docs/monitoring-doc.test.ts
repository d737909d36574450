import { costSection, monitoringCosts, PRICES } from './monitoring-doc';
import { page, section } from './section';

const COSTS = monitoringCosts();

test('docs/monitoring.md tells number and price as they are; UPDATE_DOCS=1 writes them', () => {
  expect(section('monitoring.md', 'costs', costSection(COSTS))).toBe(costSection(COSTS));
});

// Worked out by hand from tables, indexes, operations and regions of each server.
test('alarms and metrics of a region, for each server and preset', () => {
  expect(COSTS.map(({ alarms, metrics }) => [alarms, metrics])).toEqual([
    [16, 38 + 80 + 7],
    [18, 38 + 80 + 7 + 2 * 5],
    [18, 38 + 80 + 7 + 2 * 7],
    [20, 38 + 80 + 7 + 2 * 16],
    [15, 65 + 38 + 3],
    [17, 65 + 38 + 3 + 2 * 7],
    [17, 65 + 38 + 3 + 2 * 9],
    [19, 65 + 38 + 3 + 2 * 11],
    [3, 2 + 4 + 1],
    [3, 2 + 4 + 1],
    [3, 2 + 4 + 1],
    [5, 2 + 4 + 1 + 2],
  ]);
});

test('the price is 0.10 USD per alarm and month', () => {
  expect(PRICES.cloudWatch.standardAlarmMonth.price).toBe(0.1);
  const rows = page('monitoring.md').split('\n');
  expect(rows).toContain('| Curity 11.0 | minimal | 17 | 124 | 1.70 | 12.40 | 5.10 | 37.20 |');
  expect(rows).toContain('| connect-dynamodb | full | 5 | 9 | 0.50 | 0.90 | 1.50 | 2.70 |');
});
