import { NAME_CHARACTERS } from '../../errors';

/** One thing that a request does: the action that IAM asks for, what it is done to, and how. */
export interface Use {
  /** Name of the IAM action without `dynamodb:`. */
  readonly action: string;
  /** Undefined for a call about no table, such as ListTables. */
  readonly table?: string;
  readonly index?: string;
  readonly conditional: boolean;
  readonly transactional: boolean;
  readonly consistent: boolean;
}

/** How something is done; what is left out is not so. */
export type Manner = Partial<Pick<Use, 'index' | 'conditional' | 'transactional' | 'consistent'>>;

export function useOf(action: string, table: string | undefined, manner: Manner = {}): Use {
  const { index, conditional = false, transactional = false, consistent = false } = manner;
  return { action, table, ...(index !== undefined && { index }), conditional, transactional, consistent };
}

const LONGEST_NAME = 255;

/** The name in a field that takes the name of a table, or its ARN, or that of something beneath it. Undefined when it is neither. */
export function tableNameIn(value: unknown): string | undefined {
  const text = typeof value === 'string' && value.startsWith('arn:') ? /:table\/([^/]+)/.exec(value)?.[1] : value;
  return nameIn(text);
}

/** Undefined for what cannot be a name: of a malformed request nothing is kept. */
export function nameIn(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= LONGEST_NAME && NAME_CHARACTERS.test(value) ? value : undefined;
}
