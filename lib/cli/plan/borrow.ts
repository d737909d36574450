import { namesIn, referencedBy, type Json, type NamedBy, type Template } from './template';

/** Which parts of a template functions name. */
const NEEDS: ReadonlyArray<readonly [namedBy: NamedBy, sections: ReadonlyArray<Section>]> = [
  [referencedBy, ['Resources', 'Parameters']],
  [conditionsNamedBy, ['Conditions']],
  [mappingsNamedBy, ['Mappings']],
];
const SECTIONS = ['Resources', 'Parameters', 'Conditions', 'Mappings'] as const;
type Section = (typeof SECTIONS)[number];

/**
 * The template with all that these parts of it need and only older templates have, such as the key of a table that the newest
 * template does not have any more. It stands already, and goes when the table does.
 */
export function withBorrowed(template: Template, parts: readonly unknown[], older: readonly Template[]): Template {
  const spare = older.filter((each) =>
    SECTIONS.some((section) => namesOf(each, section).some((name) => !has(template, section, name))),
  );
  const added: Partial<Record<Section, Json>> = {};
  const open: unknown[] = spare.length === 0 ? [] : [...parts];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    for (const [namedBy, sections] of NEEDS) {
      for (const name of namesIn(part, namedBy)) {
        if (!sections.some((section) => has(template, section, name) || added[section]?.[name] !== undefined)) {
          const found = find(spare, sections, name);
          if (found !== undefined) {
            added[found.section] = { ...added[found.section], [name]: found.value };
            open.push(found.value);
          }
        }
      }
    }
  }
  const merged = SECTIONS.filter((section) => added[section] !== undefined).map(
    (section) => [section, { ...partOf(template, section), ...added[section] }] as const,
  );
  return merged.length === 0 ? template : { ...template, ...Object.fromEntries(merged) };
}

interface Found {
  readonly section: Section;
  readonly value: unknown;
}

function find(templates: readonly Template[], sections: readonly Section[], name: string): Found | undefined {
  const all = templates.flatMap((template) =>
    sections.map((section): Found => ({ section, value: partOf(template, section)[name] })),
  );
  return all.find(({ value }) => value !== undefined);
}

function partOf(template: Template, section: Section): Json {
  const part: Json | undefined = template[section];
  return part ?? {};
}

function has(template: Template, section: Section, name: string): boolean {
  return Object.hasOwn(partOf(template, section), name);
}

function namesOf(template: Template, section: Section): string[] {
  return Object.keys(partOf(template, section));
}

function conditionsNamedBy(intrinsic: string, value: unknown): string[] {
  switch (intrinsic) {
    case 'Condition':
      return typeof value === 'string' ? [value] : [];
    case 'Fn::If':
      return Array.isArray(value) ? [String(value[0])] : [];
    default:
      return [];
  }
}

function mappingsNamedBy(intrinsic: string, value: unknown): string[] {
  return intrinsic === 'Fn::FindInMap' && Array.isArray(value) ? [String(value[0])] : [];
}
