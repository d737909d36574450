import { startEngine, type Engine } from './dynoxide';

/** More than AWS has, so that requests with made-up regions do not start processes without end. */
const MAX_REGIONS = 50;

/** The engines of all regions: each is started when its region is asked for the first time, and only once. */
export class RegionEngines {
  private readonly engines = new Map<string, Promise<Engine>>();
  private closed = false;

  /** Called with the region and the reason when an engine ends that was not stopped. */
  public onEnd: (region: string, reason: string) => void = () => undefined;

  public constructor(
    private readonly binary: string,
    private readonly databaseOf: (region: string) => string | undefined = () => undefined,
  ) {}

  public async of(region: string): Promise<Engine> {
    const known = this.engines.get(region);
    if (known !== undefined) {
      return known;
    }
    if (this.closed || this.engines.size === MAX_REGIONS) {
      throw new Error(this.closed ? 'the engines are stopped' : `no more than ${MAX_REGIONS} regions can be used at once`);
    }
    const engine = this.start(region);
    this.engines.set(region, engine);
    return engine;
  }

  private async start(region: string): Promise<Engine> {
    const engine = await startEngine({ binary: this.binary, region, database: this.databaseOf(region) });
    void engine.ended.then(() => {
      if (!this.closed) {
        this.onEnd(region, engine.failure() ?? 'it ended');
      }
    });
    return engine;
  }

  /** Waits for engines that are still starting too, so that none is left. */
  public async stop(): Promise<void> {
    this.closed = true;
    const started = await Promise.allSettled([...this.engines.values()]);
    await Promise.all(started.flatMap((engine) => (engine.status === 'fulfilled' ? [engine.value.stop()] : [])));
  }
}
