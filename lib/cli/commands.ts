import { capture } from './capture';
import type { Command } from './command';
import { local } from './local';
import { plan } from './plan';
import { policy } from './policy';
import { pull } from './pull';
import { settings } from './settings';
import { verify } from './verify';

/** The commands of identity-tables, in the order of the help. */
export const COMMANDS: readonly Command[] = [local, capture, pull, verify, plan, settings, policy];
