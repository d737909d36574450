import { FREE, MINUTES, type Words } from './words';

// What is done by hand, and what each such step says of itself.

export const OTHER_APP_WORDS: Words = {
  title: 'let go of tables in another app',
  why: 'a table belongs to one stack at a time, and the assembly of that stack is not at hand',
  duration: MINUTES,
  billed: FREE,
  back: 'import the tables into that stack again',
};

export const LEAVE_WORDS: Words = {
  title: 'remove the stack of a region that is left',
  why: 'the app does not have it any more, so no deployment of the app removes it',
  duration: MINUTES,
  billed: 'the tables and backups that stay, by size; a stack of keys that it leaves behind, by month',
  back: 'deploy the former assembly after an import of the tables: plan from the live tables',
  notes: [
    'a stack that ends with DELETE_FAILED at a table has the policy to delete it, and the protection has refused: delete the stack ' +
      'again with --retain-resources and the logical ids of the tables',
    'the stack of keys of the region stays as long as a table or backup there is encrypted with its key',
  ],
};

export const MIGRATION_WORDS: Words = {
  title: 'migrate the items',
  why: 'the next index is on attributes that only a migration by the vendor writes',
  duration: 'minutes to hours, by the number of items',
  billed: 'a read and a write for each item',
  back: 'nothing to take back: the server of before the upgrade ignores the new attributes',
};

export const PERMISSION_WORDS: Words = {
  title: 'grant the new release its permissions',
  why: 'a policy may name what does not exist yet, and the new release uses its tables and indexes as soon as it runs',
  duration: MINUTES,
  billed: FREE,
  back: 'deploy the former policy, when no server of the new release runs',
};

export const UPGRADE_WORDS: Words = {
  title: 'upgrade the server',
  why: 'its new tables and indexes stand and are filled; the former release runs with them as well, so regions can follow each other',
  duration: 'as long as an upgrade of your servers takes',
  billed: FREE,
  back: 'install the former release; the new tables and indexes can stay',
  notes: ['the settings can differ by release: identity-tables settings prints those of the new one'],
};

export const INDEX_USE_WORDS: Words = {
  title: 'make sure that no server queries the indexes that go',
  why: 'a query of a missing index fails',
  duration: 'until every server runs with the new version or setting',
  billed: FREE,
  back: 'nothing to take back',
};

export const SERVER_WORDS: { readonly [action in 'stop' | 'start' | 'merge']: Words } = {
  stop: {
    title: 'stop the server of the region',
    why: 'what it writes from here on would be lost',
    duration: MINUTES,
    billed: FREE,
    back: 'start it again',
    downtime: 'begins: the region is not served until the server is started again',
  },
  start: {
    title: 'start the server of the region',
    why: 'its tables stand',
    duration: MINUTES,
    billed: FREE,
    back: 'stop it again',
    downtime: 'ends',
  },
  merge: {
    title: 'copy what must survive into the primary region',
    why: 'the tables of this region are deleted next; a replica begins with the items of the other regions',
    duration: 'minutes to hours, by the number of items',
    billed: 'a read for each item, a write for each that is copied',
    back: 'delete the copied items',
  },
};
