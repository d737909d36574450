import { createHash } from 'node:crypto';
import { copyFileSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { fail } from '../../errors';
import type { AssemblyStack } from './assembly-stacks';
import type { Template } from './template';

/** Error codes of file systems that cannot link: another device, or no links at all. */
const NO_LINK: ReadonlySet<string | undefined> = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK']);

/** Files and directories that are called by the hash of what is in them. */
const ASSET = /^asset\./;

/** Copies a cloud assembly, but for what assets hold: the next cdk synth writes into the same files, and a plan stays as it is. */
export function copyAssembly(source: string, destination: string): void {
  takeFiles(source, destination, (from, to) =>
    isOfAsset(path.relative(source, from)) ? linkOrCopy(from, to) : copyFileSync(from, to),
  );
}

/** Copies a copy of a cloud assembly. Its files are linked, so that many copies take no space. */
export function linkAssembly(source: string, destination: string): void {
  takeFiles(source, destination, linkOrCopy);
}

/** Locks of a running CDK are left out. */
function takeFiles(source: string, destination: string, take: (from: string, to: string) => void): void {
  mkdirSync(destination, { recursive: true });
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    const [from, to] = [path.join(source, entry.name), path.join(destination, entry.name)];
    if (entry.isDirectory()) {
      takeFiles(from, to, take);
    } else if (!entry.name.endsWith('.lock')) {
      take(from, to);
    }
  }
}

function isOfAsset(file: string): boolean {
  return file.split(path.sep).some((part) => ASSET.test(part));
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!NO_LINK.has((error as NodeJS.ErrnoException).code)) {
      throw error;
    }
    copyFileSync(from, to);
  }
}

interface Destination {
  readonly objectKey: string;
}

interface AssetManifest {
  readonly files?: {
    readonly [hash: string]: {
      readonly source?: { readonly path?: string };
      readonly destinations?: { readonly [id: string]: Destination };
    };
  };
}

interface Manifest {
  readonly artifacts: {
    readonly [id: string]: {
      readonly type: string;
      readonly dependencies?: readonly string[];
      readonly properties?: { readonly file?: string; readonly stackTemplateAssetObjectUrl?: string };
    };
  };
}

/**
 * Puts another template into a copy of an assembly. The name of a template in the bucket is its hash, and one that is there is not
 * uploaded again: with the old name CloudFormation would get the old template, and the bucket would keep a wrong one.
 */
export function replaceTemplate(assembly: string, stack: AssemblyStack, template: Template): void {
  const directory = path.join(assembly, stack.directory);
  const body = JSON.stringify(template, undefined, 1);
  const hash = createHash('sha256').update(body).digest('hex');
  replaceFile(path.join(directory, stack.templateFile), body);

  const manifestFile = path.join(directory, 'manifest.json');
  const manifest = readJson<Manifest>(manifestFile);
  const { dependencies = [], properties } = manifest.artifacts[stack.artifactId];
  const url = properties?.stackTemplateAssetObjectUrl;
  if (url === undefined) {
    // Without a template asset the CLI sends the template itself.
    return;
  }
  const assetFiles = dependencies
    .map((id) => manifest.artifacts[id])
    .flatMap(({ type, properties: asset }) => (type === 'cdk:asset-manifest' ? (asset?.file ?? []) : []));
  const old = assetFiles.flatMap((file) => rehash(path.join(directory, file), stack.templateFile, hash));
  if (old.length !== 1 || !url.includes(old[0])) {
    fail('IDT1310', {
      what: `the template of stack '${stack.selector}' is not among the assets of its assembly`,
      given: url,
      allowed: `one asset with source '${stack.templateFile}'`,
    });
  }
  const written = { ...properties, stackTemplateAssetObjectUrl: url.replace(old[0], hash) };
  const artifact = { ...manifest.artifacts[stack.artifactId], properties: written };
  replaceJson(manifestFile, { ...manifest, artifacts: { ...manifest.artifacts, [stack.artifactId]: artifact } });
}

/** Gives the asset of a template its new hash. @returns the old one */
function rehash(file: string, templateFile: string, hash: string): string[] {
  const manifest = readJson<AssetManifest>(file);
  const files = Object.entries(manifest.files ?? {});
  const old = files.filter(([, { source }]) => source?.path === templateFile).map(([key]) => key);
  const renamed = files.map(([key, asset]) => {
    if (!old.includes(key)) {
      return [key, asset] as const;
    }
    const destinations = Object.entries(asset.destinations ?? {}).map(([id, destination]) => [
      id,
      { ...destination, objectKey: destination.objectKey.replace(key, hash) },
    ]);
    return [hash, { ...asset, destinations: Object.fromEntries(destinations) as { [id: string]: Destination } }] as const;
  });
  if (old.length > 0) {
    replaceJson(file, { ...manifest, files: Object.fromEntries(renamed) });
  }
  return old;
}

function replaceJson(file: string, content: object): void {
  replaceFile(file, JSON.stringify(content, undefined, 2));
}

/** The file may be a link, and what it links to must not change. */
function replaceFile(file: string, content: string): void {
  rmSync(file, { force: true });
  writeFileSync(file, content);
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
