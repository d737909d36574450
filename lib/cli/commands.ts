import type { Command } from './command';
import { local } from './local';
import { policy } from './policy';
import { settings } from './settings';
import { verify } from './verify';

/** The commands of identity-tables, in the order of the help. */
export const COMMANDS: readonly Command[] = [local, verify, settings, policy];
