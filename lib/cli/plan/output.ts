import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { fail } from '../../errors';
import { countOf } from '../words';

/** @throws IdentityTablesError when a plan cannot be written there without loss of something else */
export function checkOutput(output: string, assemblies: readonly string[], isForced: boolean): void {
  for (const assembly of assemblies) {
    if (isWithin(output, assembly)) {
      refuse(output, `is in the cloud assembly '${assembly}', which every step copies`);
    }
    if (isWithin(assembly, output)) {
      refuse(output, `has the cloud assembly '${assembly}' in it, which a new plan may replace`);
    }
  }
  refuseFile(output);
  const files = existsSync(output) ? readdirSync(output) : [];
  if (files.length > 0 && !isForced) {
    fail('IDT1308', {
      what: `the directory '${output}' is not empty`,
      given: countOf(files.length, 'file'),
      allowed: 'an empty directory, or one that does not exist yet',
      fix: 'name another --output, or add --force to replace the plan in it',
    });
  }
  if (files.length > 0 && !files.includes('plan.json')) {
    fail('IDT1308', {
      what: `the directory '${output}' holds something else than a plan`,
      given: `no file ${path.join(output, 'plan.json')}`,
      allowed: 'an empty directory, or one with a plan to replace',
      fix: 'name another --output',
    });
  }
}

/** Removes an earlier plan, step by step: nothing else in the directory is touched. */
export function prepareOutput(output: string): void {
  mkdirSync(output, { recursive: true });
  for (const file of readdirSync(output).filter((name) => /^(\d{2,}(-import\.json)?|plan\.(md|json)|originals)$/.test(name))) {
    rmSync(path.join(output, file), { recursive: true });
  }
}

/** A directory cannot be made in the place of a file, nor below one. */
function refuseFile(output: string): void {
  const nearest = nearestStanding(path.resolve(output));
  if (!statSync(nearest).isDirectory()) {
    refuse(output, `cannot be made: '${nearest}' is a file`);
  }
}

function nearestStanding(file: string): string {
  return existsSync(file) ? file : nearestStanding(path.dirname(file));
}

function refuse(output: string, reason: string): never {
  fail('IDT1308', {
    what: `the directory '${output}' ${reason}`,
    given: path.resolve(output),
    allowed: 'a directory beside the assembly',
    fix: 'name another --output',
  });
}

function isWithin(file: string, directory: string): boolean {
  const way = path.relative(realPath(directory), realPath(file));
  return way.split(path.sep)[0] !== '..' && !path.isAbsolute(way);
}

/** Where a path leads to when links are followed; what does not exist yet has none. */
function realPath(file: string): string {
  const absolute = path.resolve(file);
  const parent = path.dirname(absolute);
  if (existsSync(absolute)) {
    return realpathSync(absolute);
  }
  return parent === absolute ? absolute : path.join(realPath(parent), path.basename(absolute));
}
