/** Stands for a value of a template that only CloudFormation knows. */
export const UNKNOWN = Symbol('known to CloudFormation only');

/** A call of an intrinsic function. */
export interface Intrinsic {
  readonly name: string;
  readonly argument: unknown;
}

/** The intrinsic function that a value of a template is, if it is one. */
export function intrinsic(value: unknown): Intrinsic | undefined {
  if (!isObject(value)) {
    return undefined;
  }
  const [[name, argument], ...more] = [...Object.entries(value), ['', undefined]] as [string, unknown][];
  return more.length === 1 && (name === 'Ref' || name.startsWith('Fn::')) ? { name, argument } : undefined;
}

/** The value at a path: undefined when it is absent, UNKNOWN when an intrinsic function decides on it. */
export function at(value: unknown, ...path: string[]): unknown {
  const here = known(value);
  if (here === UNKNOWN || path.length === 0) {
    return here;
  }
  return isObject(here) ? at(here[path[0]], ...path.slice(1)) : undefined;
}

/** Whether the setting at a path is on; undefined when only CloudFormation knows. */
export function isOn(value: unknown, ...path: string[]): boolean | undefined {
  const here = at(value, ...path);
  return here === UNKNOWN ? undefined : here === true || here === 'true';
}

/** The items of the list at a path that are there for certain, with their positions. */
export function items(value: unknown, ...path: string[]): { readonly index: number; readonly item: unknown }[] {
  const list = at(value, ...path);
  return Array.isArray(list)
    ? list.map((item, index) => ({ index, item: known(item) })).filter(({ item }) => item !== UNKNOWN && item !== undefined)
    : [];
}

/** The texts of the list at a path, or of the single one there. */
export function texts(value: unknown, ...path: string[]): string[] {
  const here = at(value, ...path);
  const list = Array.isArray(here) ? items(here).map(({ item }) => item) : [here];
  return list.filter((item) => typeof item === 'string');
}

/** A value for a message. */
export function shown(value: unknown): string {
  if (value === undefined) {
    return 'not set';
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function known(value: unknown): unknown {
  const call = intrinsic(value);
  if (call === undefined) {
    return value;
  }
  return call.name === 'Ref' && call.argument === 'AWS::NoValue' ? undefined : UNKNOWN;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
