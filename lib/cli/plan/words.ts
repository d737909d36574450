import type { ApiCallName, ChangeName, StepChange, StepText, WaitName } from './step';

export type Words = StepText;

export const FREE = 'nothing';
export const MINUTES = 'a few minutes';
/** Templates cannot refer to a resource that they do not have. */
const LITERAL_NAMES =
  'policies, alarms, outputs and readers of streams that refer to a table which the stack does not have at this step name it literally ' +
  'until it has it; planned from an assembly, which knows no stream, its readers are left out until then';
/** Stands in texts for the deployment that takes a step back; a plan knows which one that is. */
export const UNDO_TEMPLATE = '{undo}';

/** Why tables are deleted with their items. */
export const DROP_REASONS = {
  replica: 'a table of that name in the region blocks the replica',
  anew: 'what is fixed when a table is made differs in the target, and its name is free only when it is gone',
};

/** What a deployment says of itself, by the change that it is made for. */
export const DEPLOY_WORDS: { readonly [name in ChangeName]: Words } = {
  create: {
    title: 'create tables',
    why: 'a new table is made whole, with all indexes and replicas at once',
    duration: 'minutes; longer with replicas',
    billed: 'nothing until there are items; point-in-time recovery by size',
    back: `${UNDO_TEMPLATE}; whether the tables stay is up to their DeletionPolicy`,
    notes: ['a server of the region that was stopped is started when its tables stand'],
  },
  settings: {
    title: 'change settings in place',
    why: 'settings come before changes that can fail, so that point-in-time recovery and protection hold while those run',
    duration: MINUTES,
    billed: 'point-in-time recovery by size of table and indexes; tags and protection are free',
    back: UNDO_TEMPLATE,
  },
  'ttl-off': {
    title: 'turn TTL off',
    why: 'DynamoDB changes the attribute of TTL only by way of TTL turned off',
    duration: 'minutes; the next change of TTL has to wait up to an hour',
    billed: 'storage of expired items that stay meanwhile',
    back: 'turn TTL on again, an hour later',
  },
  'ttl-on': {
    title: 'turn TTL on',
    why: 'TTL can be changed once within about an hour',
    duration: 'minutes; the first expired items go within some days',
    billed: 'deletions in the region are free; on a replicated table each costs a replicated write per further region',
    back: 'turn TTL off; items that are deleted by then stay deleted',
  },
  stream: {
    title: 'change streams',
    why: 'a stream has to be on before the first replica, and cannot be changed while there are replicas',
    duration: MINUTES,
    billed: 'nothing while nobody reads it',
    back: UNDO_TEMPLATE,
  },
  'index-added': {
    title: 'add one index to a table',
    why: 'CloudFormation creates or deletes one index of a table per update',
    duration: 'minutes for small tables, hours for large ones: every item is read once',
    billed: 'a write unit for each KB of each item that the index holds, then its storage',
    back: UNDO_TEMPLATE,
  },
  'index-removed': {
    title: 'remove one index from a table',
    why: 'CloudFormation creates or deletes one index of a table per update; queries of it fail from then on',
    duration: MINUTES,
    billed: FREE,
    back: 'add the index again: it is filled anew',
  },
  'replica-added': {
    title: 'add a replica',
    why: 'CloudFormation adds or removes one replica of a table per update, and nothing else may change with it',
    duration: 'minutes for empty tables, hours for large ones',
    billed: 'a replicated write unit for each KB of every item, then storage and replicated writes in the region',
    back: 'remove the replica, 24 hours later at the earliest',
    notes: ['a server of the region that was stopped, or is new, is started when its replicas are ACTIVE'],
  },
  'replica-removed': {
    title: 'remove a replica',
    why: 'CloudFormation adds or removes one replica of a table per update; the table of that region goes with its items',
    duration: MINUTES,
    billed: FREE,
    back: 'add the replica again: it is filled from the other regions',
  },
  unprotect: {
    title: 'lift deletion protection of what is to go',
    why: 'a protected table or replica cannot be deleted',
    duration: MINUTES,
    billed: FREE,
    back: UNDO_TEMPLATE,
  },
  keep: {
    title: 'retain tables that leave the stack',
    why: 'the policy must be in the deployed template before the table leaves it, else the table is deleted',
    duration: MINUTES,
    billed: FREE,
    back: UNDO_TEMPLATE,
  },
  'let-go': {
    title: 'let go of retained tables',
    why: 'a table belongs to one stack at a time; it stands untouched without one meanwhile',
    duration: MINUTES,
    billed: FREE,
    back: 'import the tables into the stack again',
    notes: [LITERAL_NAMES],
  },
  forget: {
    title: 'take tables that stand no more out of the template',
    why: 'CloudFormation makes a table anew when its template has not had it before',
    duration: MINUTES,
    billed: FREE,
    back: 'nothing to take back: the tables were deleted before this plan',
    notes: [LITERAL_NAMES],
  },
  drop: {
    title: 'delete tables',
    why: DROP_REASONS.replica,
    duration: MINUTES,
    billed: FREE,
    back: 'restore the backup under another name and copy the items',
  },
  'other-resources': {
    title: 'deploy everything but tables',
    why: 'roles, keys and outputs come before the tables that need them',
    duration: MINUTES,
    billed: 'customer-managed keys by month',
    back: UNDO_TEMPLATE,
    notes: [LITERAL_NAMES],
  },
};

/** The change of a deployment that changes no table. */
export const OTHER_RESOURCES: StepChange = { name: 'other-resources', text: 'everything but tables as in the target' };

export const NO_TABLE = { changes: [OTHER_RESOURCES], aspects: [] } as const;

/** The last deployment, of the target as it is. */
export const TARGET_WORDS: Words = {
  title: 'deploy the unmodified target',
  why: 'from here on the app itself is what is deployed',
  duration: MINUTES,
  billed: FREE,
  back: UNDO_TEMPLATE,
};

/** The same where tables leave their stacks with it. They stand on, so that a deployment would try to make them beside themselves. */
export const LEAVING_TARGET_WORDS: Words = {
  ...TARGET_WORDS,
  why: `${TARGET_WORDS.why}; retained tables that it does not have stand on without a stack`,
  back: `import the tables that left into their stacks again, then ${UNDO_TEMPLATE}`,
};

/** What each kind of waiting says of itself. */
export const WAIT_WORDS: { readonly [name in WaitName]: Words } = {
  settled: {
    title: 'wait until tables, indexes and replicas are ACTIVE',
    why: 'CloudFormation ends before an index is filled, and DynamoDB refuses the next change until then',
    duration: 'as long as the index or replica takes',
    billed: FREE,
    back: 'nothing to take back',
  },
  verified: {
    title: 'verify that the imported tables are as in the template',
    why: 'an import does not compare: a difference would be changed, or fail, with the next deployment',
    duration: 'seconds',
    billed: FREE,
    back: 'nothing to take back; if a difference is found, plan again',
  },
  gone: {
    title: 'wait until the deleted tables are gone',
    why: 'the call ends before the table is deleted, and its name is taken until then',
    duration: MINUTES,
    billed: FREE,
    back: 'nothing to take back',
  },
  'ttl-hour': {
    title: 'wait until TTL can be changed again',
    why: 'DynamoDB takes one change of TTL within about an hour and refuses the next one before',
    duration: 'up to an hour',
    billed: FREE,
    back: 'nothing to take back',
  },
  'replica-lock': {
    title: 'wait until 24 hours have passed since a replica was added to these tables',
    why: 'a replica that was the source of a new one cannot be deleted for 24 hours',
    duration: 'up to 24 hours; no time when no replica was added within the last 24 hours',
    billed: 'the replica that is to go',
    back: 'nothing to take back',
  },
};

/**
 * A table takes no other call of the kind while one changes it, and on a small set they follow each other at once.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
 */
const BUSY = 'ResourceInUseException: an earlier call still changes that table; make the call again some seconds later';

/** Calls of the API, by the first of their kind. */
export const API_WORDS: { readonly [name in ApiCallName]: Words } = {
  'deregister-scaling': {
    title: 'end automatic scaling',
    why: 'a scaling target would set a capacity that an on-demand table does not have',
    duration: 'seconds',
    billed: FREE,
    back: 'register the scaling targets again',
  },
  'billing-on-demand': {
    title: 'change billing to on-demand',
    why: 'AWS::DynamoDB::GlobalTable cannot describe a fixed write capacity, nor scaling that another one has set up',
    duration: 'up to half an hour; the tables serve meanwhile',
    billed: 'by request from here on; DynamoDB allows this change four times within 24 hours',
    back: 'aws dynamodb update-table --billing-mode PROVISIONED with the former capacity',
    notes: [BUSY],
  },
  'protection-on': {
    title: 'protect tables against deletion',
    why: 'nothing that goes wrong from here on can delete a table',
    duration: 'seconds',
    billed: FREE,
    back: 'aws dynamodb update-table --no-deletion-protection-enabled',
    notes: [BUSY],
  },
  'protection-off': {
    title: 'lift deletion protection of tables that no stack owns',
    why: 'a protected table cannot be deleted',
    duration: 'seconds',
    billed: FREE,
    back: 'aws dynamodb update-table --deletion-protection-enabled',
    notes: [BUSY],
  },
  'change-setting': {
    title: 'set back what was changed beside the stack',
    why: 'the deployed template says it already: CloudFormation compares templates, and a deployment would change nothing',
    duration: 'seconds',
    billed: 'as the setting is billed',
    back: 'the same call with the former value',
    notes: [BUSY],
  },
  'create-backup': {
    title: 'back up what is to go',
    why: 'a backup outlives its table; point-in-time recovery of a deleted table ends after 35 days',
    duration: 'seconds',
    billed: 'backup storage by size until the backups are deleted',
    back: 'delete the backups',
  },
  'delete-table': {
    title: 'delete tables that no stack owns',
    why: DROP_REASONS.replica,
    duration: MINUTES,
    billed: FREE,
    back: 'restore the backup under another name and copy the items',
    notes: [BUSY],
  },
};

export const IMPORT_WORDS: Words = {
  title: 'import tables as they are',
  why: 'CloudFormation changes nothing else in an import, and takes over a table without touching it',
  duration: MINUTES,
  billed: FREE,
  back: `${UNDO_TEMPLATE}: the tables leave the stack and stand on, since their policy is Retain`,
  notes: [
    'before this step, restart the server with settings that leave its tables alone, as identity-tables settings prints them: from here ' +
      'on the tables change by deployment only',
    LITERAL_NAMES,
  ],
};

export const CONFIRM_WORDS: Words = {
  title: 'confirm what the next step deletes',
  why: 'after the next step these items are gone',
  duration: 'as long as you need',
  billed: FREE,
  back: 'stop here; nothing is lost so far',
};
