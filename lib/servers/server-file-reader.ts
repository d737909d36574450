import { Problems, quoted, type Code } from '../errors';
import type { ServerFile } from './server-file';

type Check = (value: unknown, at: string) => void;

const CODE: Code = 'IDT0408';

/**
 * Checks the fields that code interprets of a server.json and hands it on. Unknown fields are left to
 * schemas/server.schema.json, so that a file of a newer version can be read.
 */
export function parseServerFile(value: unknown, source: string, problems: Problems): ServerFile {
  const checks = new Checker(source, problems);
  if (checks.object(value, 'the file')) {
    checks.file(value);
  }
  return (problems.isEmpty ? value : { server: 'unknown' }) as ServerFile;
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
    this.optional(file.runtime, 'runtime', this.runtime);
    this.optional(file.versions, 'versions', this.listOf(this.version));
    this.optional(file.captured, 'captured', this.captured);
    this.optional(file.tables, 'tables', (tables, at) => {
      if (this.object(tables, at)) {
        Object.entries(tables).forEach(([name, table]) => this.table(table, `${at}.${name}`));
      }
    });
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
    this.optional(table.since, `${at}.since`, this.string);
    this.optional(table.purpose, `${at}.purpose`, this.string);
    this.optional(table.runtime, `${at}.runtime`, this.runtime);
    this.optional(table.timeToLive, `${at}.timeToLive`, (ttl, ttlAt) => {
      if (this.object(ttl, ttlAt)) {
        this.string(ttl.attribute, `${ttlAt}.attribute`);
        this.oneOf('always', 'option', 'opt-in')(ttl.use, `${ttlAt}.use`);
      }
    });
  }

  private readonly version: Check = (entry, at) => {
    if (this.object(entry, at)) {
      this.string(entry.version, `${at}.version`);
    }
  };

  private readonly captured: Check = (captured, at) => {
    if (this.object(captured, at)) {
      this.string(captured.date, `${at}.date`);
      for (const field of ['serverVersion', 'mode', 'edition']) {
        this.optional(captured[field], `${at}.${field}`, this.string);
      }
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
