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

const IMPORTED = new WeakMap<Template, ReadonlySet<string>>();

/** The names of the exports that a template imports. Steps share templates, so each is looked through once. */
export function importNames(template: Template): ReadonlySet<string> {
  const { Resources, Outputs: outputs } = template;
  const names =
    IMPORTED.get(template) ??
    namesIn([Resources, outputs], (intrinsic, name) =>
      intrinsic === 'Fn::ImportValue' && typeof name === 'string' ? [name] : [],
    );
  IMPORTED.set(template, names);
  return names;
}

/**
 * What an older template exports and the newest one does not any more, as far as it is of its tables, also by their literal names, or
 * a stack imports it.
 */
export function oldExports(newest: Template, { template, tables, others = [] }: WrittenStack): Outputs {
  const exported = exportNames(newest);
  const ids = new Set(tables.map(({ owner }) => owner?.logicalId));
  const isNeeded = (name: string, output: Json): boolean =>
    others.some((other) => importNames(other).has(name)) ||
    [...referencesOf(output)].every((each) => each.startsWith('AWS::') || ids.has(each.split('.')[0]));
  const old = Object.entries(template.Outputs ?? {}).filter(([id, output]) => {
    const name = nameOf(output);
    return name !== undefined && !exported.has(name) && newest.Outputs?.[id] === undefined && isNeeded(name, output);
  });
  return Object.fromEntries(old);
}

function nameOf({ Export }: Json): string | undefined {
  const { Name: name } = (Export ?? {}) as Json;
  return typeof name === 'string' ? name : undefined;
}
