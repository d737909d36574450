import { fail, Problems, quoted } from '../../errors';
import { renamed } from '../../schema';
import type { Step } from '../engine/answer';
import { Recorder, type RecordedUse } from '../record';
import { bundledNames, type BundledNames } from './bundled-names';
import type { CapturedTable } from './captured-table';
import { CreatedTables, type TableFacts } from './created-tables';
import { recognisePrefix, type TablePrefix } from './names';
import { mannerNotes, notGranted, runtimeProfile } from './runtime-profile';
import { UNNAMED_SERVER } from './server-facts';

/** A table with what was recorded of it. */
export interface RecordedTable extends CapturedTable {
  readonly liveName: string;
  readonly isMade: boolean;
}

/** What a recording amounts to so far. */
export interface Recorded {
  readonly requests: number;
  readonly server: string;
  readonly prefix: TablePrefix;
  readonly tables: readonly RecordedTable[];
  /** Standing tables whose names do not begin with the prefix. */
  readonly leftOut: readonly string[];
  /** Tables that were asked for but were neither made nor there before, as far as the capture knows. */
  readonly unknown: readonly string[];
  readonly uses: readonly RecordedUse[];
  /** Whether there were more different uses than are kept. */
  readonly isCut: boolean;
  readonly notGranted: readonly RecordedUse[];
}

/** Records from the moment it is started: what is asked before is not the server's. */
export class Recording {
  public readonly created = new CreatedTables();
  private readonly recorder = new Recorder(this.created.follow);
  private readonly bundled: BundledNames = bundledNames();
  private isOn = false;

  /** Records, and then does what is given: both only once the recording is started. */
  public steps(...others: Step[]): Step[] {
    return [this.recorder.step, ...others].map((step) => (request, next) => (this.isOn ? step(request, next) : next(request)));
  }

  public start(): void {
    this.isOn = true;
  }

  public get requests(): number {
    return this.recorder.requests;
  }

  /** @throws IdentityTablesError when a table cannot be written, such as one that is another in each region */
  public result({ prefix: given, server }: { prefix: string | undefined; server: string | undefined }): Recorded {
    const problems = new Problems();
    const facts = this.created.facts(problems);
    problems.throwIfAny();
    const names = [...new Set(facts.map(({ tableName }) => tableName))].sort();
    const prefix = given === undefined ? recognisePrefix(names, this.bundled.names) : { prefix: given, isRecognised: false };
    const uses = this.recorder.uses;
    const isNamed = (name: string): boolean => name.startsWith(prefix.prefix) && name !== prefix.prefix;
    const tables = names.filter(isNamed).map((name) =>
      recordedTable(
        facts.filter(({ tableName }) => tableName === name),
        uses.filter(({ table }) => table === name),
        prefix.prefix,
      ),
    );
    const seen = new Set([...names, ...uses.filter(({ action }) => action === 'CreateTable').map(({ table }) => table)]);
    return {
      requests: this.requests,
      server: server ?? this.bundled.serverOf(tables.map(({ schema }) => schema)) ?? UNNAMED_SERVER,
      prefix,
      tables,
      leftOut: names.filter((name) => !isNamed(name)),
      unknown: [...new Set(uses.flatMap(({ table }) => (table === undefined || seen.has(table) ? [] : [table])))],
      uses,
      isCut: this.recorder.isFull,
      notGranted: notGranted(uses.filter(({ table = '' }) => names.includes(table))),
    };
  }
}

/** One table of all regions in which the server has it. */
function recordedTable(facts: readonly TableFacts[], uses: readonly RecordedUse[], prefix: string): RecordedTable {
  const [first, ...others] = facts;
  const other = others.find(({ schema }) => JSON.stringify(schema) !== JSON.stringify(first.schema));
  if (other !== undefined) {
    fail('IDT1405', {
      what: `table '${first.tableName}' has other keys or indexes in ${other.region} than in ${first.region}`,
      given: quoted([first.region, other.region]),
      allowed: 'the same schema in every region',
    });
  }
  const baseName = first.tableName.slice(prefix.length);
  const { timeToLiveAttribute, pointInTimeRecovery, isMade } = first;
  return {
    baseName,
    liveName: first.tableName,
    isMade,
    schema: renamed(first.schema, baseName),
    timeToLiveAttribute,
    pointInTimeRecovery,
    ...(uses.length > 0 && { runtime: runtimeProfile(uses, { protects: !first.isChanged && first.deletionProtection }) }),
    notes: [...(isMade ? requestNotes(first) : []), ...mannerNotes(uses)],
  };
}

/** What the server asked for and the construct decides by itself. */
function requestNotes({ stream, deletionProtection, isEncrypted }: TableFacts): string[] {
  return [
    ...(stream === undefined ? [] : [`the server asked for a stream: ${stream}`]),
    ...(deletionProtection ? ['the server asked for deletion protection'] : []),
    ...(isEncrypted ? ['the server asked for encryption with a key of AWS KMS'] : []),
  ];
}
