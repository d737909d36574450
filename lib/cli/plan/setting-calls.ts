import { fail, partitionOf, shellWord } from '../../errors';
import { tableArn } from '../../access';
import { insightsModes, isUnresolved, type TableState } from '../../state';
import { API_ARGUMENTS } from './api-calls';
import type { PlacedSetting } from './drift';
import type { ApiCall } from './step';
import { placeOf, stateIn, type Table } from './table';

type Setting = PlacedSetting['setting'];

/** What the AWS CLI takes as a value in its short form of a structure; a comma, say, begins the next member there. */
const PLAIN = /^[\w.-]+$/;

/** The calls of the AWS CLI that give a table one setting, without the region; `before` is what stands. */
const COMMANDS: { readonly [setting in Setting]?: (after: TableState, before: TableState) => string[] } = {
  deletionProtection: ({ tableName, deletionProtection }) => [
    API_ARGUMENTS[deletionProtection ? 'protection-on' : 'protection-off'](tableName),
  ],
  tableClass: ({ tableName, tableClass }) => [`update-table --table-name ${tableName} --table-class ${tableClass}`],
  pointInTimeRecovery: ({ tableName, pointInTimeRecovery: recovery }) => [
    `update-continuous-backups --table-name ${tableName} --point-in-time-recovery-specification ${
      recovery.enabled
        ? `PointInTimeRecoveryEnabled=true,RecoveryPeriodInDays=${recovery.days}`
        : 'PointInTimeRecoveryEnabled=false'
    }`,
  ],
  timeToLive: ({ tableName, timeToLive: after }, { timeToLive: before }) => {
    const attribute = after.enabled ? after.attribute : before.enabled ? before.attribute : '';
    const specification = PLAIN.test(attribute)
      ? `Enabled=${after.enabled},AttributeName=${attribute}`
      : json({ Enabled: after.enabled, AttributeName: attribute });
    return [`update-time-to-live --table-name ${tableName} --time-to-live-specification ${specification}`];
  },
  tags: (after, before) => {
    const tags = Object.entries(addedTags(before, after)).map(([Key, Value]) => ({ Key, Value }));
    return [`tag-resource --resource-arn ${arnOf(after)} --tags ${json(tags)}`];
  },
  contributorInsights: (after, before) => {
    const [from, to] = [before, after].map(({ contributorInsights }) => {
      const { table, indexes } = insightsModes(contributorInsights);
      return new Map([...(table === undefined ? [] : [['', table] as const]), ...indexes]);
    });
    const of = (index: string): string => `--table-name ${after.tableName}${index === '' ? '' : ` --index-name ${index}`}`;
    const on = [...to].filter(([index, mode]) => from.get(index) !== mode);
    const off = [...from.keys()].filter((index) => !to.has(index));
    return [
      ...on.map(
        ([index, mode]) =>
          `update-contributor-insights ${of(index)} --contributor-insights-action ENABLE --contributor-insights-mode ${mode}`,
      ),
      ...off.map((index) => `update-contributor-insights ${of(index)} --contributor-insights-action DISABLE`),
    ];
  },
  resourcePolicy: (after) => {
    const resource = `--resource-arn ${arnOf(after)}`;
    return after.resourcePolicy === undefined
      ? [`delete-resource-policy ${resource}`]
      : [`put-resource-policy ${resource} --policy ${json(after.resourcePolicy)}`];
  },
};

/**
 * The calls that set back what was changed beside the stack: its template says it already, so that a deployment would change nothing.
 * @throws IdentityTablesError for a setting that no single call sets back
 */
export function settingCalls(before: Table, after: Table, { region, setting }: PlacedSetting): ApiCall[] {
  // TTL is the same in all regions, and one of them is asked to change it.
  if (setting === 'timeToLive' && region !== after.home) {
    return [];
  }
  const [from, to] = [stateIn(before, region), stateIn(after, region)];
  const commands = COMMANDS[setting]?.(to, from);
  if (commands === undefined || isUnresolved(commands.join())) {
    const place = placeOf(after, region);
    return fail('IDT1312', {
      what: `${setting} of ${place} was changed beside its stack, and the deployed template says already what the target says`,
      given: JSON.stringify(from[setting]),
      allowed: JSON.stringify(to[setting]),
    });
  }
  const value = setting === 'tags' ? addedTags(from, to) : to[setting];
  return commands.map((command) => ({
    name: 'change-setting',
    tableName: after.name,
    region,
    command: `aws dynamodb ${command} --region ${region}`,
    setting,
    ...(value !== undefined && { value }),
  }));
}

function addedTags(before: TableState, after: TableState): TableState['tags'] {
  return Object.fromEntries(Object.entries(after.tags).filter(([key, value]) => before.tags[key] !== value));
}

function arnOf({ tableName, region, account }: TableState): string {
  return tableArn({ region, account, ...partitionOf(region) }, tableName);
}

function json(value: unknown): string {
  return shellWord(JSON.stringify(value));
}
