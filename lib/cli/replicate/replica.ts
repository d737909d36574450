import type { EngineCall } from '../engine/direct-calls';
import { inParallel } from '../provision/parallel';
import { Echoes } from './echoes';
import { Incoming, type Change } from './incoming';
import type { Isolation } from './isolation';
import { canonical, fingerprint, type Attributes } from './item-image';
import { TableStream, type StreamRecord } from './table-stream';
import { after, isNewer, writeTime, type Version } from './version';

/** Writes to one engine at the same time. */
const WRITES_AT_ONCE = 16;

/** What the replicas of a table have in common. */
export interface ReplicaSurroundings {
  readonly call: EngineCall;
  readonly lagMs: number;
  readonly isolation: Isolation;
  readonly onReplicated: () => void;
  readonly onProblem: (region: string, error: unknown) => void;
  /** Called when a replica has nothing to do for now. */
  readonly onRest: () => void;
}

/** The version of an item that a region has. */
interface Known {
  readonly version: Version;
  readonly fingerprint: string;
}

/**
 * A replicated table in one region. It alone reads the stream of the table there and writes what comes from other regions, one
 * after the other, so that the order of the stream tells which of two writes came last.
 */
export class Replica {
  public siblings: readonly Replica[] = [];
  private readonly stream: TableStream;
  private readonly incoming = new Incoming();
  private readonly echoes = new Echoes();
  private readonly known = new Map<string, Known>();
  private wokenAt: number | undefined;
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  public constructor(
    public readonly region: string,
    private readonly tableName: string,
    private readonly surroundings: ReplicaSurroundings,
    position?: string,
  ) {
    this.stream = new TableStream(surroundings.call, region, tableName, position);
  }

  public get position(): string | undefined {
    return this.stream.position;
  }

  /** Whether everything that was read is where it belongs. */
  public get isSettled(): boolean {
    return this.running === undefined && this.wokenAt === undefined && this.incoming.isEmpty && this.echoes.isEmpty;
  }

  /** Looks for changes; they count as written at this moment. */
  public wake(): void {
    if (this.isStopped) {
      return;
    }
    this.wokenAt ??= Date.now();
    this.running ??= this.run();
  }

  /** Takes what is in the stream already, and waits until it is on its way. */
  public async catchUp(): Promise<void> {
    this.wake();
    await this.running;
  }

  public async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** Versions need to be known only as long as an older one may still come. */
  public forgetVersions(): void {
    this.known.clear();
  }

  private receive(origin: string, change: Change, due: number): void {
    this.incoming.add(origin, change, due);
    this.wake();
  }

  private async run(): Promise<void> {
    clearTimeout(this.timer);
    while (this.wokenAt !== undefined && !this.isStopped) {
      const noticed = this.wokenAt;
      this.wokenAt = undefined;
      try {
        await this.write();
        await this.read(noticed);
      } catch (error) {
        this.surroundings.onProblem(this.region, error);
      }
    }
    this.running = undefined;
    this.waitForNext();
    this.surroundings.onRest();
  }

  private waitForNext(): void {
    const next = this.incoming.nextDue(this.isReachable);
    if (next !== undefined && !this.isStopped) {
      this.timer = setTimeout(() => this.wake(), Math.max(0, next - Date.now()));
    }
  }

  private readonly isReachable = (origin: string): boolean => !this.surroundings.isolation.isCut(origin, this.region);

  private async read(noticed: number): Promise<void> {
    const records = await this.stream.read();
    records.forEach((record) => this.take(record, noticed));
    if (records.length > 0) {
      // There may be more: only an empty answer is the end.
      this.wokenAt ??= noticed;
    }
  }

  private take({ keys, oldImage, newImage, second }: StreamRecord, noticed: number): void {
    const key = canonical(keys);
    const [before, now] = [fingerprint(oldImage), fingerprint(newImage)];
    // DynamoDB has no record of a write that changes nothing; the engine has.
    if (before === now || this.echoes.take(key, before, now)) {
      return;
    }
    const overwrittenBy = this.echoes.lastOf(key);
    const known = this.known.get(key)?.version;
    let version: Version = { time: writeTime(second, noticed), region: this.region };
    if (known !== undefined && !isNewer(version, known)) {
      if (overwrittenBy !== undefined) {
        return;
      }
      // It was written here over the known version, so it is the later one whatever the clock says.
      version = after(known, this.region);
    }
    const change: Change = { key, keys, image: newImage, fingerprint: now, version };
    this.known.set(key, { version, fingerprint: overwrittenBy ?? now });
    const written = Math.floor(version.time);
    for (const sibling of this.siblings) {
      sibling.receive(this.region, change, written + this.surroundings.lagMs);
    }
    if (overwrittenBy !== undefined) {
      // An older version from elsewhere has replaced it before it was seen.
      this.receive(this.region, change, written);
    }
  }

  private async write(): Promise<void> {
    const newest = new Map<string, Change>();
    for (const change of this.incoming.takeDue(Date.now(), this.isReachable)) {
      const other = newest.get(change.key);
      if (other === undefined || isNewer(change.version, other.version)) {
        newest.set(change.key, change);
      }
    }
    await inParallel([...newest.values()], WRITES_AT_ONCE, (change) => this.apply(change));
  }

  private async apply({ key, keys, image, fingerprint: wanted, version }: Change): Promise<void> {
    const known = this.known.get(key);
    if (known !== undefined && isNewer(known.version, version)) {
      return;
    }
    this.known.set(key, { version, fingerprint: wanted });
    if (known?.fingerprint === wanted) {
      return;
    }
    try {
      const before = fingerprint(await this.writeItem(keys, image));
      // Seen again in the stream, unless it is no change.
      if (before !== wanted) {
        this.echoes.expect(key, before, wanted);
        this.wake();
      }
      this.surroundings.onReplicated();
    } catch (error) {
      this.known.delete(key);
      this.surroundings.onProblem(this.region, error);
    }
  }

  /** Gives the item that was there before. */
  private async writeItem(keys: Attributes, image: Attributes | undefined): Promise<Attributes | undefined> {
    const request = { TableName: this.tableName, ReturnValues: 'ALL_OLD' };
    const { Attributes: before } =
      image === undefined
        ? await this.surroundings.call(this.region, 'DeleteItem', { ...request, Key: keys })
        : await this.surroundings.call(this.region, 'PutItem', { ...request, Item: image });
    return before as Attributes | undefined;
  }
}
