import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { Problems } from '../errors';
import { resolve, UNKNOWN_ACCOUNT, type Parameters, type TemplateContext } from './intrinsics';
import { newestBelow } from './manifest-version';
import type { TableState } from './table-state';
import { addUndecided, contextOf, isMade, tableStatesOfTemplate, usesParameters, type Resource, type Template } from './template';

/** Where the stacks stand that name no account or region. */
export interface AssemblyDefaults {
  readonly account: string;
  /** Undefined when none is known; a table in a stack without region is then an error. */
  readonly region: string | undefined;
  /** The parameters of a stack, as far as they are known beside their defaults. */
  readonly parametersOf?: (stack: StackPlace) => Parameters | undefined;
}

export type StackPlace = Pick<TemplateContext, 'account' | 'region' | 'stackName'>;

/** What CDK writes for a stack without region. */
const UNKNOWN_REGION = 'unknown-region';

interface Artifact {
  readonly type: string;
  /** Such as `aws://unknown-account/eu-central-1`. */
  readonly environment?: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly directoryName?: string;
    readonly file?: string;
  };
}

interface Manifest {
  readonly version?: string;
  readonly artifacts?: { readonly [id: string]: Artifact };
}

interface AssetManifest {
  readonly files?: { readonly [hash: string]: { readonly source?: { readonly path?: string } } };
}

/** Files of one directory of an assembly, and the template files of its assets by hash. */
interface Directory {
  readonly name: string;
  readonly assets: ReadonlyMap<string, string>;
}

interface StackFile {
  readonly files: Directory;
  readonly place: StackPlace;
  readonly template: Template;
}

/**
 * One state for each table and region of a cloud assembly, sorted by name and region: of all its stacks, with nested stages
 * and nested stacks.
 * @throws IdentityTablesError when the directory is no assembly or a table cannot be read
 */
export function tableStatesOfAssembly(directory: string, defaults: AssemblyDefaults): TableState[] {
  const problems = new Problems();
  const reader = new AssemblyReader(defaults, problems);
  const states = reader.stacks(directory).flatMap((stack) => reader.statesOf(stack));
  problems.throwIfAny();
  return states.sort((a, b) => compare(a.tableName, b.tableName) || compare(a.region, b.region));
}

/** The stacks of a cloud assembly whose parameters may decide something of their tables; what cannot be read is left out. */
export function stacksWithParameters(directory: string, defaults: AssemblyDefaults): StackPlace[] {
  return new AssemblyReader(defaults, new Problems())
    .stacks(directory)
    .filter(isOpen)
    .map(({ place }) => place);
}

function isOpen({ place: { region }, template }: StackFile): boolean {
  return region !== UNKNOWN_REGION && usesParameters(template);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

class AssemblyReader {
  public constructor(
    private readonly defaults: AssemblyDefaults,
    private readonly problems: Problems,
  ) {}

  /** The stacks of a directory and of the stages in it, without those that cannot be read. */
  public stacks(directory: string): StackFile[] {
    const manifest = this.manifest(path.join(directory, 'manifest.json'));
    const artifacts = Object.entries(manifest?.artifacts ?? {});
    const assets = artifacts
      .filter(([, { type }]) => type === 'cdk:asset-manifest')
      .flatMap(([, a]) => this.assets(directory, a));
    const files: Directory = { name: directory, assets: new Map(assets) };
    return artifacts.flatMap(([id, artifact]) => {
      if (artifact.type === 'cdk:cloud-assembly') {
        return this.stacks(path.join(directory, artifact.properties?.directoryName ?? id));
      }
      return artifact.type === 'aws:cloudformation:stack' ? this.stack(files, id, artifact) : [];
    });
  }

  /** Undefined when it is not there, or of a version whose words may mean something else. */
  private manifest(file: string): Manifest | undefined {
    const manifest = this.file<Manifest>(file);
    const newest = newestBelow(manifest?.version);
    if (newest === undefined) {
      return manifest;
    }
    this.problems.add('IDT0721', {
      what: 'the cloud assembly is of a newer version than can be read here',
      given: `version ${manifest?.version} in ${file}`,
      allowed: `versions up to ${newest}, the newest of the aws-cdk-lib that is installed beside this package`,
    });
    return undefined;
  }

  private assets(directory: string, artifact: Artifact): [string, string][] {
    const manifest = this.file<AssetManifest>(path.join(directory, artifact.properties?.file ?? ''));
    return Object.entries(manifest?.files ?? {}).map(([hash, { source }]) => [hash, source?.path ?? '']);
  }

  private stack(files: Directory, id: string, artifact: Artifact): StackFile[] {
    const [account, region] = (artifact.environment ?? '').replace('aws://', '').split('/');
    const place = {
      account: account === UNKNOWN_ACCOUNT ? this.defaults.account : account,
      region: region === UNKNOWN_REGION ? (this.defaults.region ?? UNKNOWN_REGION) : region,
      stackName: artifact.properties?.stackName ?? id,
    };
    const template = this.file<Template>(path.join(files.name, artifact.properties?.templateFile ?? ''));
    return template === undefined ? [] : [{ files, place, template }];
  }

  public statesOf({ files, place, template }: StackFile): TableState[] {
    const states = this.template(files, template, { ...place, parameters: this.defaults.parametersOf?.(place) ?? {} });
    if (place.region === UNKNOWN_REGION && states.length > 0) {
      this.problems.add('IDT0706', {
        what: `the region of stack '${place.stackName}', which has tables, is not known`,
        given: 'a stack without env, and no default region',
        allowed: 'a region in the env of the stack, or a default for stacks without one',
      });
    }
    return states;
  }

  private template(files: Directory, template: Template, context: TemplateContext): TableState[] {
    const parent = contextOf(template, context);
    const nested = Object.entries(template.Resources ?? {}).flatMap(([logicalId, resource]) =>
      this.nestedStack(files, logicalId, resource, parent),
    );
    return [...tableStatesOfTemplate(template, context, this.problems), ...nested];
  }

  /** A nested stack's own name is made up at deployment; it starts with the names of its parent and of itself. */
  private nestedStack(files: Directory, logicalId: string, resource: Resource, parent: TemplateContext): TableState[] {
    const file = resource.Type === 'AWS::CloudFormation::Stack' ? nestedTemplateFile(files, resource) : undefined;
    const made = isMade(resource, parent);
    const template = file === undefined || made === false ? undefined : this.file<Template>(path.join(files.name, file));
    if (template === undefined) {
      return [];
    }
    const { Parameters: parameters = {} } = resolve(resource.Properties ?? {}, parent) as { readonly Parameters?: Parameters };
    const states = this.template(files, template, { ...parent, stackName: `${parent.stackName}-${logicalId}`, parameters });
    if (made === undefined && states.length > 0) {
      addUndecided(`stack ${parent.stackName}, nested stack ${logicalId}`, resource, this.problems);
    }
    return states;
  }

  private file<T>(file: string): T | undefined {
    if (!existsSync(file)) {
      this.problems.add('IDT0704', {
        what: 'this is not a complete cloud assembly',
        given: `no file ${file}`,
        allowed: 'the output directory of cdk synth, such as cdk.out, or one of the assembly-<stage> directories in it',
      });
      return undefined;
    }
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as T;
    } catch (error) {
      this.problems.add('IDT0704', {
        what: `a file of the cloud assembly cannot be read: ${file}`,
        given: error instanceof Error ? error.message : String(error),
        allowed: 'valid JSON, as cdk synth writes it',
      });
      return undefined;
    }
  }
}

/** The template of a nested stack is an asset: its hash is in the URL, and with asset metadata its file is beside it. */
function nestedTemplateFile(files: Directory, resource: Resource): string | undefined {
  const fromMetadata = resource.Metadata?.['aws:asset:path'];
  if (typeof fromMetadata === 'string') {
    return fromMetadata;
  }
  const [hash] = /[0-9a-f]{64}(?=\.json)/.exec(JSON.stringify(resource.Properties)) ?? [];
  return hash === undefined ? undefined : files.assets.get(hash);
}
