import type { TableState } from '../../state';
import type { TableAspect } from './aspects';
import type { Table } from './table';

/** What a change of a deployment does to a table. */
export type ChangeName =
  | 'create'
  | 'settings'
  | 'ttl-off'
  | 'ttl-on'
  | 'stream'
  | 'index-added'
  | 'index-removed'
  | 'replica-added'
  | 'replica-removed'
  | 'unprotect'
  | 'keep'
  | 'let-go'
  | 'forget'
  | 'drop'
  | 'other-resources';

/** One change of a step, in words. */
export interface StepChange {
  readonly name: ChangeName;
  readonly table?: string;
  /** Regions that it concerns; all of the table when left out. */
  readonly regions?: readonly string[];
  readonly text: string;
  /** What to look at before. */
  readonly note?: string;
}

/** What a stack holds after a step. */
export interface StackTables {
  readonly stack: string;
  readonly tables: readonly Table[];
}

/** What every step tells. */
export interface StepText {
  readonly title: string;
  /** Why this is a step of its own. */
  readonly why: string;
  readonly duration: string;
  readonly billed: string;
  readonly back: string;
  /** Who cannot be served from this step on, or again. */
  readonly downtime?: string;
  readonly notes?: readonly string[];
}

export interface DeployStep extends StepText {
  readonly kind: 'deploy';
  /** One stack, but for the last step, which may deploy several. */
  readonly stacks: readonly StackTables[];
  readonly changes: readonly StepChange[];
  /** The parts of tables that it changes; undefined for the last step, after which all of them are as in the target. */
  readonly aspects: readonly TableAspect[] | undefined;
  /** Whether the assembly is the unmodified target. */
  readonly isTarget: boolean;
}

export interface ImportStep extends StepText {
  readonly kind: 'import';
  /** The stack with its tables afterwards, the imported ones included. */
  readonly stack: StackTables;
  readonly imported: readonly Table[];
}

export type ApiCallName =
  | 'deregister-scaling'
  | 'billing-on-demand'
  | 'protection-on'
  | 'protection-off'
  | 'change-setting'
  | 'create-backup'
  | 'delete-table';

/** One call that CloudFormation cannot make. */
export interface ApiCall {
  readonly name: ApiCallName;
  readonly tableName: string;
  readonly region: string;
  /** The call as a command of the AWS CLI. */
  readonly command: string;
  /** What it sets, and the state of that afterwards; absent where the table has none then. */
  readonly setting?: keyof TableState;
  readonly value?: unknown;
}

export interface ApiStep extends StepText {
  readonly kind: 'api';
  readonly calls: readonly ApiCall[];
}

/**
 * `settled`: tables, indexes and TTL are in no state in between. `verified`: live tables equal the assembly of the step before.
 * `gone`: a table that was deleted by a call stands no more.
 */
export type WaitName = 'settled' | 'verified' | 'gone' | 'ttl-hour' | 'replica-lock';

export interface WaitStep extends StepText {
  readonly kind: 'wait';
  readonly name: WaitName;
  /** The places that are waited for, such as `clients@eu-central-1`. */
  readonly places: readonly string[];
}

export interface ServerStep extends StepText {
  readonly kind: 'server';
  readonly region?: string;
  readonly instructions: readonly string[];
  /** Tables that stacks of another app let go of in this step. */
  readonly letsGo?: readonly Table[];
  /** Keys of stacks that are removed in this step. */
  readonly removedStacks?: readonly string[];
}

/** Items that are gone after the next step. */
export interface Loss {
  readonly tableName: string;
  readonly region: string;
  readonly text: string;
}

export interface ConfirmStep extends StepText {
  readonly kind: 'confirm';
  readonly losses: readonly Loss[];
}

export type Step = DeployStep | ImportStep | ApiStep | WaitStep | ServerStep | ConfirmStep;
