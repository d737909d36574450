import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { AssemblyDefaults } from '../../state';
import { stackKey } from './table';
import type { Template } from './template';

/** A stack of a cloud assembly, with what is needed to write its template anew. */
export interface AssemblyStack {
  /** See stackKey. */
  readonly key: string;
  readonly stackName: string;
  readonly region: string;
  /** What the CDK CLI calls it. */
  readonly selector: string;
  readonly dependsOn: readonly string[];
  /** The directory of its manifest, within the assembly. */
  readonly directory: string;
  readonly artifactId: string;
  readonly templateFile: string;
  readonly template: Template;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly dependencies?: readonly string[];
  readonly displayName?: string;
  readonly properties?: { readonly stackName?: string; readonly templateFile?: string; readonly directoryName?: string };
}

interface Manifest {
  readonly artifacts?: { readonly [id: string]: Artifact };
}

/** The stacks of an assembly in the order of their deployment, nested stages included. */
export function stacksOfAssembly(assembly: string, defaults: AssemblyDefaults, directory = '.'): AssemblyStack[] {
  const { artifacts = {} } = readJson(path.join(assembly, directory, 'manifest.json')) as Manifest;
  const stacks = new Map<string, AssemblyStack>();
  for (const [id, artifact] of Object.entries(artifacts)) {
    if (artifact.type === 'aws:cloudformation:stack') {
      stacks.set(id, readStack(assembly, directory, id, artifact, defaults));
    }
  }
  const keyOf = (id: string): string | readonly string[] => stacks.get(id)?.key ?? [];
  const linked = [...stacks.values()].map((stack) => ({
    ...stack,
    dependsOn: (artifacts[stack.artifactId].dependencies ?? []).flatMap(keyOf),
  }));
  const nested = Object.entries(artifacts)
    .filter(([, { type }]) => type === 'cdk:cloud-assembly')
    .flatMap(([id, { properties }]) =>
      stacksOfAssembly(assembly, defaults, path.join(directory, properties?.directoryName ?? id)),
    );
  return [...inOrder(linked), ...nested];
}

/** The stack with this key, where there is one. */
export function stackWith(stacks: readonly AssemblyStack[] | undefined, key: string): AssemblyStack | undefined {
  return stacks?.find((stack) => stack.key === key);
}

function readStack(
  assembly: string,
  directory: string,
  id: string,
  artifact: Artifact,
  defaults: AssemblyDefaults,
): AssemblyStack {
  const [account, region] = (artifact.environment ?? '').replace('aws://', '').split('/');
  const stackName = artifact.properties?.stackName ?? id;
  const templateFile = artifact.properties?.templateFile ?? '';
  const environment = {
    account: account === 'unknown-account' ? defaults.account : account,
    region: region === 'unknown-region' ? (defaults.region ?? '') : region,
  };
  return {
    key: stackKey({ ...environment, stackName }),
    stackName,
    region: environment.region,
    selector: artifact.displayName ?? id,
    dependsOn: [],
    directory,
    artifactId: id,
    templateFile,
    template: readJson(path.join(assembly, directory, templateFile)) as Template,
  };
}

/** Each stack after those it depends on, otherwise as they are. */
function inOrder(stacks: readonly AssemblyStack[]): AssemblyStack[] {
  const byKey = new Map(stacks.map((stack) => [stack.key, stack]));
  const ordered = new Set<AssemblyStack>();
  const visit = (stack: AssemblyStack | undefined): void => {
    if (stack !== undefined && !ordered.has(stack)) {
      stack.dependsOn.forEach((key) => visit(byKey.get(key)));
      ordered.add(stack);
    }
  };
  stacks.forEach(visit);
  return [...ordered];
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
