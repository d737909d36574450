/** Tags that the library puts on every table. */
export const SERVER_TAG = 'identity-tables:server';
export const TABLE_TAG = 'identity-tables:table';
export const DATA_CLASS_TAG = 'identity-tables:data-class';
