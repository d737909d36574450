import { Token } from 'aws-cdk-lib/core';
import { NAME_CHARACTERS, Problems, quoted } from '../errors';
import type { RuntimeProfile, ServerDefinition, ServerTable } from '../servers';
import { keyStatements } from './key';
import { tableArn, type RegionalAccess } from './location';
import { StartUp, type RuntimeGrantOptions } from './options';
import { statementsByActions, type ResourceActions, type Statement } from './statement';

/**
 * The actions that a runtime profile may name, by part. IAM has no action for transactions: they need the item actions inside them.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export const DESCRIBE_ACTIONS = ['DescribeContinuousBackups', 'DescribeTable', 'DescribeTimeToLive'];
export const ITEM_ACTIONS = [
  'BatchGetItem',
  'BatchWriteItem',
  'ConditionCheckItem',
  'DeleteItem',
  'GetItem',
  'PartiQLDelete',
  'PartiQLInsert',
  'PartiQLSelect',
  'PartiQLUpdate',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
];
const MANAGE = ['CreateTable', 'TagResource', 'UpdateContinuousBackups', 'UpdateTable', 'UpdateTimeToLive'];

/**
 * What the server does with its tables in one region: the actions of its profile, on exact table and index ARNs.
 *
 * @throws IdentityTablesError when an option does not fit the server, or a profile names an action that no runtime grant has
 */
export function runtimeStatements(access: RegionalAccess, options: RuntimeGrantOptions = {}): Statement[] {
  const { server, tables, location } = access;
  checkOptions(server, tables, options);
  const onTables = tables.map(({ tableName, table }) => ({
    resource: tableArn(location, tableName),
    actions: tableActions(table.profile.runtime, server, options),
  }));
  const onIndexes = tables.flatMap(({ tableName, table }) =>
    queriedIndexes(table).map((index) => ({
      resource: `${tableArn(location, tableName)}/index/${index}`,
      actions: ['dynamodb:Query'],
    })),
  );
  return [
    ...statementsByActions([...onTables, ...discovery(access, options)]),
    ...statementsByActions(onIndexes),
    ...keyStatements(access),
  ];
}

function tableActions(runtime: RuntimeProfile, server: ServerDefinition, options: RuntimeGrantOptions): string[] {
  const conditional = (runtime.conditional ?? []).filter(({ option, equals }) => server.options[option] === equals);
  const mayCreate = options.startUp === StartUp.MAY_CREATE;
  const actions = [
    ...runtime.data,
    ...runtime.describe,
    ...conditional.flatMap((condition) => condition.actions),
    ...(mayCreate ? runtime.manage : []),
    ...(mayCreate && options.managesProtection === true ? (runtime.manageProtection ?? []) : []),
  ];
  return actions.map((action) => `dynamodb:${action}`);
}

/** The queried indexes that the table has in this version, sorted. */
function queriedIndexes({ schema, profile }: ServerTable): string[] {
  const { indexQueries } = profile.runtime;
  return [...schema.globalIndexes, ...schema.localIndexes]
    .map((index) => index.indexName)
    .filter((name) => indexQueries === 'all' || indexQueries.includes(name))
    .sort();
}

/** The table that the server makes for itself in replication mode does what the others do. */
function discovery({ server, tables, location }: RegionalAccess, options: RuntimeGrantOptions): ResourceActions[] {
  const { discoveryTableName } = options;
  return discoveryTableName === undefined
    ? []
    : [
        {
          resource: tableArn(location, discoveryTableName),
          actions: tableActions(tables[0].table.profile.runtime, server, options),
        },
      ];
}

function checkOptions(server: ServerDefinition, tables: RegionalAccess['tables'], options: RuntimeGrantOptions): void {
  const problems = new Problems();
  if (options.managesProtection === true && options.startUp !== StartUp.MAY_CREATE) {
    problems.add('IDT0803', {
      what: 'managesProtection needs a server that may change its tables',
      given: 'managesProtection: true without startUp: StartUp.MAY_CREATE',
      fix: 'drop managesProtection, and set enableContBackups and enableDeletionProtection of the server to false',
    });
  }
  checkDiscovery(server, options.discoveryTableName, problems);
  for (const { table } of tables) {
    checkProfile(table, problems);
  }
  problems.throwIfAny();
}

function checkDiscovery(server: ServerDefinition, name: string | undefined, problems: Problems): void {
  if (name === undefined) {
    return;
  }
  if (server.id !== 'connect2id' || server.options.mode !== 'replication') {
    problems.add('IDT0803', {
      what: 'discoveryTableName is only for a Connect2id server in replication mode',
      given: `discoveryTableName: '${name}' for ${server.title}, mode ${server.options.mode?.toString() ?? 'none'}`,
      fix: 'drop discoveryTableName',
    });
  }
  if (!Token.isUnresolved(name) && (name === '' || !NAME_CHARACTERS.test(name))) {
    problems.add('IDT0803', {
      what: `discoveryTableName '${name}' is not the name of a table`,
      given: `'${name}'`,
      allowed: 'A-Z a-z 0-9 _ . -',
      fix: 'use the full name of the one table, prefix included',
    });
  }
}

/** Profiles of a schema directory come from a user or a recording: they must not widen what a grant is. */
function checkProfile({ baseName, profile }: ServerTable, problems: Problems): void {
  const { data, describe, manage, manageProtection = [], conditional = [] } = profile.runtime;
  const parts = [
    ['data', data, ITEM_ACTIONS],
    ['describe', describe, DESCRIBE_ACTIONS],
    ['conditional', conditional.flatMap((condition) => condition.actions), [...ITEM_ACTIONS, ...DESCRIBE_ACTIONS]],
    ['manage', manage, MANAGE],
    ['manageProtection', manageProtection, MANAGE],
  ] as const;
  for (const [part, actions, allowed] of parts) {
    const wrong = actions.filter((action) => !allowed.includes(action));
    if (wrong.length > 0) {
      problems.add('IDT0804', {
        what: `the runtime profile of '${baseName}' has actions under ${part} that are not granted there`,
        given: quoted(wrong),
        allowed: quoted(allowed),
      });
    }
  }
}
