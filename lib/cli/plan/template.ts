/** The parts of a CloudFormation template that a step changes. */
export interface Template {
  readonly Parameters?: { readonly [logicalId: string]: { readonly Type: string; readonly Default?: unknown } };
  readonly Mappings?: Json;
  readonly Conditions?: Json;
  readonly Resources?: { readonly [logicalId: string]: TemplateResource };
  readonly Outputs?: { readonly [logicalId: string]: Json };
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Json;
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: Json;
}

export interface Json {
  readonly [name: string]: unknown;
}

/** What an intrinsic function names with its argument. */
export type NamedBy = (intrinsic: string, argument: unknown) => readonly string[];

/** What the intrinsic functions in a part of a template name. */
export function namesIn(value: unknown, namedBy: NamedBy): Set<string> {
  const found = new Set<string>();
  const collect = (part: unknown): void => {
    if (Array.isArray(part)) {
      part.forEach(collect);
    } else if (typeof part === 'object' && part !== null) {
      for (const [name, item] of Object.entries(part)) {
        namedBy(name, item).forEach((id) => found.add(id));
        collect(item);
      }
    }
  };
  collect(value);
  return found;
}

const KNOWN = new WeakMap<object, ReadonlySet<string>>();

/** What a resource or output needs, see referencedBy. Steps share most of them, so each is looked through once. */
export function referencesOf(part: object): ReadonlySet<string> {
  const found = KNOWN.get(part) ?? namesIn(part, referencedBy);
  KNOWN.set(part, found);
  return found;
}

/** Logical ids of resources and parameters whose values are needed, and the attributes of them, such as `Users.StreamArn`. */
export function referencedBy(intrinsic: string, value: unknown): string[] {
  switch (intrinsic) {
    case 'Ref':
      return typeof value === 'string' ? [value] : [];
    case 'Fn::GetAtt':
      return typeof value === 'string'
        ? [value.split('.')[0], value]
        : Array.isArray(value)
          ? [String(value[0]), value.join('.')]
          : [];
    case 'Fn::Sub': {
      const text: unknown = Array.isArray(value) ? value[0] : value;
      return typeof text === 'string'
        ? [...text.matchAll(/\$\{([^!.}]+)(\.[^}]+)?/g)].flatMap(([, id, attribute]) =>
            attribute === undefined ? [id] : [id, id + attribute],
          )
        : [];
    }
    default:
      return [];
  }
}
