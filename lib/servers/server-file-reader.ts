import { Problems, quoted, type Code } from '../errors';
import type { ServerFile } from './server-file';
import { isVersion } from './version';

type Check = (value: unknown, at: string) => void;

const CODE: Code = 'IDT0408';

/**
 * Checks the fields that code interprets of a server.json and hands it on. Unknown fields are left to
 * schemas/server.schema.json, so that a file of a newer version can be read.
 */
export function parseServerFile(value: unknown, source: string, problems: Problems): ServerFile {
  const before = problems.all.length;
  const checks = new Checker(source, problems);
  if (checks.object(value, 'the file')) {
    checks.file(value);
  }
  return (problems.all.length === before ? value : { server: 'unknown' }) as ServerFile;
}

class Checker {
  public constructor(
    private readonly source: string,
    private readonly problems: Problems,
  ) {}

  public file(file: Record<string, unknown>): void {
    this.string(file.server, 'server');
    this.optional(file.title, 'title', this.string);
    this.optional(file.defaultPreset, 'defaultPreset', this.oneOf('absolute-minimal', 'minimal', 'full'));
    this.optional(file.together, 'together', this.listOf(this.listOf(this.string)));
    this.optional(file.consequences, 'consequences', this.fields('none', 'absolute-minimal', 'minimal', 'full'));
    this.optional(file.exclusions, 'exclusions', this.eachOf(this.fields('condition')));
    this.optional(file.singleWriter, 'singleWriter', this.fields('advice'));
    this.optional(file.regions, 'regions', (regions, at) => {
      if (this.object(regions, at)) {
        this.listOf(this.string)(regions.selectable, `${at}.selectable`);
      }
    });
    this.optional(file.runtime, 'runtime', this.runtime);
    this.optional(file.versions, 'versions', this.listOf(this.bundledVersion));
    this.optional(file.captured, 'captured', this.captured);
    this.optional(
      file.tables,
      'tables',
      this.eachOf((table, at) => this.table(table, at)),
    );
  }

  public object(value: unknown, at: string): value is Record<string, unknown> {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isObject) {
      this.wrong(at, value, 'an object');
    }
    return isObject;
  }

  private table(table: unknown, at: string): void {
    if (!this.object(table, at)) {
      return;
    }
    this.optional(table.preset, `${at}.preset`, this.oneOf('absolute-minimal', 'minimal', 'full'));
    this.optional(table.dataClass, `${at}.dataClass`, this.oneOf('durable', 'recoverable', 'transient'));
    this.optional(table.restore, `${at}.restore`, this.oneOf('set', 'never-back', 'no', 'any'));
    this.optional(table.pointInTimeRecovery, `${at}.pointInTimeRecovery`, this.boolean);
    this.optional(table.bearerSecrets, `${at}.bearerSecrets`, this.boolean);
    this.optional(table.grows, `${at}.grows`, this.boolean);
    this.optional(table.since, `${at}.since`, this.version);
    this.optional(table.purpose, `${at}.purpose`, this.string);
    this.optional(table.belowPreset, `${at}.belowPreset`, this.string);
    this.optional(table.indexes, `${at}.indexes`, this.eachOf(this.index));
    this.optional(table.runtime, `${at}.runtime`, this.runtime);
    this.optional(table.timeToLive, `${at}.timeToLive`, (ttl, ttlAt) => {
      if (this.object(ttl, ttlAt)) {
        this.string(ttl.attribute, `${ttlAt}.attribute`);
        this.oneOf('always', 'option', 'opt-in')(ttl.use, `${ttlAt}.use`);
      }
    });
  }

  private readonly bundledVersion: Check = (entry, at) => {
    if (this.object(entry, at)) {
      this.version(entry.version, `${at}.version`);
    }
  };

  private readonly index: Check = (index, at) => {
    if (this.object(index, at)) {
      this.optional(index.since, `${at}.since`, this.version);
    }
  };

  private readonly captured: Check = (captured, at) => {
    if (this.object(captured, at)) {
      this.string(captured.date, `${at}.date`);
      this.optional(captured.serverVersion, `${at}.serverVersion`, this.version);
      this.optional(captured.mode, `${at}.mode`, this.string);
      this.optional(captured.edition, `${at}.edition`, this.string);
      this.optional(captured.rangeKey ?? undefined, `${at}.rangeKey`, this.string);
    }
  };

  private readonly runtime: Check = (runtime, at) => {
    if (this.object(runtime, at)) {
      for (const field of ['data', 'describe', 'manage']) {
        this.listOf(this.string)(runtime[field], `${at}.${field}`);
      }
      if (runtime.indexQueries !== 'all') {
        this.listOf(this.string)(runtime.indexQueries, `${at}.indexQueries`);
      }
    }
  };

  private readonly string: Check = (value, at) => {
    if (typeof value !== 'string' || value === '') {
      this.wrong(at, value, 'a text');
    }
  };

  private readonly version: Check = (value, at) => {
    if (typeof value !== 'string' || !isVersion(value)) {
      this.wrong(at, value, "a version such as '2.1'");
    }
  };

  private readonly boolean: Check = (value, at) => {
    if (typeof value !== 'boolean') {
      this.wrong(at, value, 'true or false');
    }
  };

  private oneOf(...words: string[]): Check {
    return (value, at) => {
      if (typeof value !== 'string' || !words.includes(value)) {
        this.wrong(at, value, quoted(words));
      }
    };
  }

  private listOf(check: Check): Check {
    return (value, at) => {
      if (Array.isArray(value)) {
        value.forEach((item, i) => check(item, `${at}[${i}]`));
      } else {
        this.wrong(at, value, 'a list');
      }
    };
  }

  private eachOf(check: Check): Check {
    return (value, at) => {
      if (this.object(value, at)) {
        Object.entries(value).forEach(([name, item]) => check(item, `${at}.${name}`));
      }
    };
  }

  /** An object with these texts. */
  private fields(...names: string[]): Check {
    return (value, at) => {
      if (this.object(value, at)) {
        names.forEach((name) => this.string(value[name], `${at}.${name}`));
      }
    };
  }

  private optional(value: unknown, at: string, check: Check): void {
    if (value !== undefined) {
      check(value, at);
    }
  }

  private wrong(at: string, value: unknown, allowed: string): void {
    const given = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
    this.problems.add(CODE, { what: `${this.source}: ${at} is not ${allowed}`, given, allowed });
  }
}
