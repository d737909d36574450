import type { WrittenStack } from './render';
import { namesIn, referencesOf, type Json, type Template } from './template';

type Outputs = { readonly [logicalId: string]: Json };

/** The names under which a template exports values; a name that a function makes is not known. */
export function exportNames({ Outputs: outputs = {} }: Template): Set<string> {
  return new Set(Object.values(outputs).flatMap((output) => nameOf(output) ?? []));
}

/** The outputs that a template exports under some of these names. */
export function exportsNamed({ Outputs: outputs = {} }: Template, names: ReadonlySet<string>): readonly Json[] {
  return Object.values(outputs).filter((output) => names.has(nameOf(output) ?? ''));
}

/** The names of the exports that a template imports. */
export function importNames({ Resources, Outputs: outputs }: Template): Set<string> {
  return namesIn([Resources, outputs], (intrinsic, name) =>
    intrinsic === 'Fn::ImportValue' && typeof name === 'string' ? [name] : [],
  );
}

/** What an older template exports of its tables, also by their literal names, and the newest one does not any more. */
export function oldExports(newest: Template, { template, tables }: WrittenStack): Outputs {
  const exported = exportNames(newest);
  const ids = new Set(tables.map(({ owner }) => owner?.logicalId));
  const isOfTable = (output: Json): boolean =>
    [...referencesOf(output)].every((name) => name.startsWith('AWS::') || ids.has(name.split('.')[0]));
  const old = Object.entries(template.Outputs ?? {}).filter(([id, output]) => {
    const name = nameOf(output);
    return name !== undefined && !exported.has(name) && newest.Outputs?.[id] === undefined && isOfTable(output);
  });
  return Object.fromEntries(old);
}

function nameOf({ Export }: Json): string | undefined {
  const { Name: name } = (Export ?? {}) as Json;
  return typeof name === 'string' ? name : undefined;
}
