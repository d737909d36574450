import { quoted } from '../errors';
import type { Notice } from '../servers';
import { tablesOfPreset } from './replication';
import type { TableSet } from './table-set';

/** What the chosen replication means for users and clients. Nothing with one region. */
export function replicationNotices(set: TableSet, isChosen: boolean): Notice[] {
  if (set.replicaRegions.length === 0) {
    return [];
  }
  return [...consequences(set, isChosen), ...splitTables(set), ...excludedTables(set), ...singleWriter(set)];
}

function consequences(set: TableSet, isChosen: boolean): Notice[] {
  const { server, replication } = set;
  const all = server.tables.length;
  const replicated = replication.tables.length;
  if (replicated === 0 && replication.preset !== 'none') {
    return [
      {
        warning: 'nothing-replicated',
        message: `${replication.label} replicates no table of ${server.title}: every region has sessions of its own; Replication.full() shares them`,
      },
    ];
  }
  // An explicit list loses at least what the largest preset loses that it contains.
  const presets = ['full', 'minimal', 'absolute-minimal', 'none'] as const;
  const preset =
    replication.preset ??
    presets.find((candidate) => tablesOfPreset(server, candidate).every((name) => replication.tables.includes(name))) ??
    'none';
  const text = server.consequences?.[preset] ?? `${replicated} of ${all} tables are shared between regions, the others are not`;
  const equalsFull = replicated === all && preset !== 'full' ? ', as full would' : '';
  return [
    {
      warning: 'replication-consequences',
      message: `${replication.label}${isChosen ? '' : ' (default)'} replicates ${replicated} of ${all} tables${equalsFull}: ${text}`,
    },
  ];
}

function splitTables({ server, replication }: TableSet): Notice[] {
  const existing = new Set(server.tables.map((table) => table.baseName));
  return server.together.flatMap((group) => {
    const members = group.filter((name) => existing.has(name));
    const replicated = members.filter((name) => replication.tables.includes(name));
    const regional = members.filter((name) => !replication.tables.includes(name));
    return replicated.length > 0 && regional.length > 0
      ? [
          {
            warning: 'split-tables' as const,
            message: `${quoted(replicated)} replicated without ${quoted(regional)}: they are of use only together`,
          },
        ]
      : [];
  });
}

function excludedTables({ server, replication }: TableSet): Notice[] {
  return replication.excluded
    .filter((name) => server.exclusions[name] !== undefined)
    .map((name) => ({
      warning: 'excluded-table' as const,
      message: `'${name}' is not replicated, which is right only if ${server.exclusions[name].condition}`,
    }));
}

function singleWriter({ server, replication }: TableSet): Notice[] {
  return server.singleWriter !== undefined && replication.tables.length > 0
    ? [{ warning: 'single-writer', message: server.singleWriter }]
    : [];
}
