import { referencesOf, type Template, type TemplateResource } from './template';

/** A template without some resources, and what had to leave it with them. */
export interface Remainder {
  readonly template: Template;
  /** Resources and outputs that need the value of something that is not there. */
  readonly leftOut: { readonly resources: readonly string[]; readonly outputs: readonly string[] };
}

/** The template without these resources, or attributes of some, and without what needs their values. An order alone does not need them. */
export function without(template: Template, absent: ReadonlySet<string>): Remainder {
  const { Resources: resources = {}, Outputs: outputs = {} } = template;
  if (absent.size === 0) {
    return { template, leftOut: { resources: [], outputs: [] } };
  }
  const gone = new Set(absent);
  const needs = Object.entries(resources).map(([id, resource]) => ({ id, names: referencesOf(resource) }));
  for (let size = -1; size !== gone.size;) {
    size = gone.size;
    needs.filter(({ names }) => [...names].some((name) => gone.has(name))).forEach(({ id }) => gone.add(id));
  }
  const lost = Object.keys(outputs).filter((id) => [...referencesOf(outputs[id])].some((name) => gone.has(name)));
  return {
    template: {
      ...template,
      Resources: omit(resources, gone),
      ...(template.Outputs && { Outputs: omit(outputs, new Set(lost)) }),
    },
    leftOut: { resources: [...gone].filter((id) => !absent.has(id)), outputs: lost },
  };
}

/** The template in which every resource waits only for those that it has, and for none that is just being imported. */
export function inPossibleOrder(template: Template, imported: ReadonlySet<string>): Template {
  const { Resources: resources = {} } = template;
  const isThere = (id: string): boolean => Object.hasOwn(resources, id) && !imported.has(id);
  const ordered = Object.entries(resources).map(([id, resource]) => [id, waitingFor(resource, isThere)] as const);
  return { ...template, Resources: Object.fromEntries(ordered) };
}

function waitingFor(resource: TemplateResource, isThere: (id: string) => boolean): TemplateResource {
  const { DependsOn: dependencies = [], ...rest } = resource;
  const before = [dependencies].flat();
  const after = before.filter(isThere);
  return after.length === before.length ? resource : { ...rest, ...(after.length > 0 && { DependsOn: after }) };
}

function omit<T>(values: { readonly [name: string]: T }, names: ReadonlySet<string>): { [name: string]: T } {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.has(name)));
}
