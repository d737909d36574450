import type { TableSchema } from '../../schema';
import type { RuntimeProfile } from '../../servers';

/** What is known of one table of a server, ready to be written. */
export interface CapturedTable {
  /** By which the file is named, and by which profiles of a server call the table. */
  readonly baseName: string;
  /** With the name of the table without the prefix. */
  readonly schema: TableSchema;
  readonly timeToLiveAttribute?: string;
  /** Undefined when nothing tells it. */
  readonly pointInTimeRecovery?: boolean;
  readonly runtime?: RuntimeProfile;
  readonly notes: readonly string[];
}
