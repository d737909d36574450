/** The parts of a CloudFormation template that a step changes. */
export interface Template {
  readonly Resources?: { readonly [logicalId: string]: TemplateResource };
  readonly Outputs?: { readonly [logicalId: string]: unknown };
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Json;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: Json;
}

export interface Json {
  readonly [name: string]: unknown;
}

/** Logical ids that a part of a template names. */
export function referencesOf(value: unknown): Set<string> {
  const found = new Set<string>();
  collect(value, found);
  return found;
}

function collect(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) {
    value.forEach((item) => collect(item, found));
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      namedBy(name, item).forEach((id) => found.add(id));
      collect(item, found);
    }
  }
}

function namedBy(name: string, value: unknown): string[] {
  switch (name) {
    case 'Ref':
      return typeof value === 'string' ? [value] : [];
    case 'DependsOn':
      return [value].flat().filter((id) => typeof id === 'string');
    case 'Fn::GetAtt':
      return typeof value === 'string' ? [value.split('.')[0]] : Array.isArray(value) ? [String(value[0])] : [];
    case 'Fn::Sub': {
      const text: unknown = Array.isArray(value) ? value[0] : value;
      return typeof text === 'string' ? [...text.matchAll(/\$\{([^!.}]+)/g)].map(([, id]) => id) : [];
    }
    default:
      return [];
  }
}

/** The template without these resources and without what names them, which cannot be made before them. */
export function without(template: Template, absent: ReadonlySet<string>): Template {
  if (absent.size === 0) {
    return template;
  }
  const gone = new Set(absent);
  const resources = Object.entries(template.Resources ?? {}).map(([id, resource]) => ({ id, names: referencesOf(resource) }));
  for (let size = -1; size !== gone.size;) {
    size = gone.size;
    resources.filter(({ names }) => [...names].some((name) => gone.has(name))).forEach(({ id }) => gone.add(id));
  }
  const outputs = Object.entries(template.Outputs ?? {}).filter(
    ([, output]) => ![...referencesOf(output)].some((id) => gone.has(id)),
  );
  return {
    ...template,
    Resources: Object.fromEntries(Object.entries(template.Resources ?? {}).filter(([id]) => !gone.has(id))),
    ...(template.Outputs && { Outputs: Object.fromEntries(outputs) }),
  };
}
