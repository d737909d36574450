import type { Command } from './command';
import { local } from './local';

/** The commands of identity-tables, in the order of the help. */
export const COMMANDS: readonly Command[] = [local];
