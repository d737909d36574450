/** The account of stacks that name none, and of every table of the embedded engine. */
export const LOCAL_ACCOUNT = '000000000000';
