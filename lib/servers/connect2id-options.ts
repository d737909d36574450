import { didYouMean, quoted, type Problems } from '../errors';
import type { Catalogue } from './catalogue';
import { Connect2idEdition, Connect2idMode, type Connect2idProps } from './connect2id-props';
import { INDEXED_ATTRIBUTES } from './connect2id-stated';
import type { Notice } from './definition';
import { majorMinor } from './version';

export const TITLE = 'Connect2id server';

/** The options with their defaults. */
export interface Connect2idOptions extends Connect2idProps {
  readonly mode: Connect2idMode;
  readonly edition: Connect2idEdition;
  readonly indexedAttributes: string[];
  /** Whether the caller chose the indexed attributes. */
  readonly choosesIndexes: boolean;
}

export function withDefaults(props: Connect2idProps): Connect2idOptions {
  return {
    ...props,
    mode: props.mode ?? Connect2idMode.STATELESS,
    edition: props.edition ?? Connect2idEdition.REGULAR,
    indexedAttributes: props.indexedAttributes ?? INDEXED_ATTRIBUTES,
    choosesIndexes: props.indexedAttributes !== undefined,
  };
}

export function checkOptions(options: Connect2idOptions, problems: Problems): void {
  const words = [
    ['mode', options.mode, Object.values<string>(Connect2idMode)],
    ['edition', options.edition, Object.values<string>(Connect2idEdition)],
  ] as const;
  for (const [option, given, allowed] of words) {
    if (!allowed.includes(given)) {
      problems.add('IDT0202', {
        what: `'${given}' is not ${option === 'mode' ? 'a mode' : 'an edition'} of ${TITLE}`,
        given: `'${given}'`,
        allowed: quoted(allowed),
        fix: didYouMean(given, allowed, `use one of the allowed values for ${option}`),
      });
    }
  }
  if (options.edition === Connect2idEdition.MULTI_TENANT) {
    if (options.applyRangeKey === true) {
      problems.add('IDT0204', {
        what: 'applyRangeKey does not go with the multi-tenant edition',
        given: "applyRangeKey: true, edition: 'multi-tenant'",
        fix: 'drop applyRangeKey: the tables of this edition have the sort key tid by themselves',
      });
    }
    if (options.mode !== Connect2idMode.STATELESS) {
      problems.add('IDT0204', {
        what: `the multi-tenant edition does not run in ${options.mode} mode on DynamoDB`,
        given: `mode: '${options.mode}', edition: 'multi-tenant'`,
        allowed: "mode: 'stateless'",
        fix: 'drop mode, or use the regular edition',
      });
    }
  }
  for (const attribute of options.indexedAttributes) {
    if (!INDEXED_ATTRIBUTES.includes(attribute)) {
      problems.add('IDT0207', {
        what: `'${attribute}' is not an indexed attribute of long_lived_authorizations`,
        given: `'${attribute}'`,
        allowed: quoted(INDEXED_ATTRIBUTES),
        fix: didYouMean(attribute, INDEXED_ATTRIBUTES, "use a subset of 'sub', 'act', 'cid'"),
      });
    }
  }
}

/** Other tables than the capture's would be made: mode, edition and range key are errors, the version is a warning. */
export function compareCapture(captured: Catalogue, options: Connect2idOptions, problems: Problems): Notice[] {
  const record = captured.file.captured;
  if (record === undefined) {
    return [];
  }
  const rangeKey = options.applyRangeKey === true ? 'tid' : null;
  const compared = [
    ['mode', record.mode, options.mode],
    ['edition', record.edition, options.edition],
    ['range key', record.rangeKey, options.edition === Connect2idEdition.MULTI_TENANT ? record.rangeKey : rangeKey],
  ] as const;
  for (const [option, recorded, given] of compared) {
    if (recorded !== undefined && recorded !== given) {
      problems.add('IDT0206', {
        what: `the schema directory was captured with another ${option}`,
        given: `${option} ${given ?? 'none'}; captured on ${record.date} with ${option} ${recorded ?? 'none'} (${captured.directory})`,
      });
    }
  }
  const { serverVersion } = record;
  const differs = serverVersion !== undefined && majorMinor(serverVersion) !== majorMinor(options.version);
  return differs
    ? [{ warning: 'captured-version', message: `the schema was captured from ${TITLE} ${serverVersion}, not ${options.version}` }]
    : [];
}

export function checkStatedNames(options: Connect2idOptions, wanted: string[], problems: Problems): void {
  for (const baseName of Object.keys(options.statedTables ?? {})) {
    if (!wanted.includes(baseName)) {
      problems.add('IDT0205', {
        what: `statedTables names '${baseName}', which ${TITLE} ${options.version} does not have in this mode and edition`,
        given: `'${baseName}'`,
        allowed: quoted(wanted),
        fix: didYouMean(baseName, wanted, 'use a base name of this version, mode and edition'),
      });
    }
  }
}
