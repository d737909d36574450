import type { ChangeKind } from './difference-change';
import type { TableState } from './table-state';

/**
 * Why a setting of a live table is not known: the call was refused, the server does not know the call, the source does not hold it, or
 * the table is not yet in a state in which it could be asked.
 */
export type UnreadCause = 'refused' | 'throttled' | 'unavailable' | 'unsupported' | 'not in source' | 'in between';

/** A setting of a live table that is not known, so that it can be neither the same nor different. */
export interface Unread {
  readonly kind: ChangeKind;
  readonly cause: UnreadCause;
  readonly reason: string;
}

/** Something of a live table that is on its way from one state to another, or stuck. */
export interface InBetween {
  /** What it is about, such as `table`, `index 'email-index'` or `replica us-east-1`. */
  readonly subject: string;
  /** DynamoDB's word for the state, such as CREATING. */
  readonly status: string;
  /** What that means. */
  readonly meaning: string;
  /** Whether waiting leads out of it. */
  readonly passes: boolean;
}

/** A live table of one region, as far as it could be read. */
export interface LiveTable {
  readonly state: TableState;
  /** The same in two regions only where they show one table; undefined when the server tells too little. */
  readonly identity?: string;
  /** Undefined when no stream is on. */
  readonly streamArn?: string;
  readonly unread: readonly Unread[];
  readonly inBetween: readonly InBetween[];
}

/** The answer to a side call, or why there is none. */
export type Answer<T> = { readonly value: T } | { readonly cause: UnreadCause; readonly reason: string };
