import type { Input } from '../engine/answer';

/** The fields of a value that should have some; of anything else, none. */
export function objectIn(value: unknown): Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Input) : {};
}

export function objectsIn(value: unknown): Input[] {
  return Array.isArray(value) ? value.map(objectIn) : [];
}
