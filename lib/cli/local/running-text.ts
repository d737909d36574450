import { isReplicated } from '../../state';
import { columns } from '../columns';
import { countOf } from '../words';
import type { Pointer } from './pointers';
import type { TableSource } from './source';

/** How the command goes on. */
export interface Running {
  readonly endpoint: string;
  readonly lagMs: number;
  readonly isolated: readonly string[];
  readonly expires: boolean;
  readonly enforcesPolicy: boolean;
  readonly data?: string;
}

export function runningText(running: Running, source: TableSource, ways: readonly Pointer[]): string {
  return [
    `endpoint ${running.endpoint}: every region; that of the request's signature counts, the keys do not`,
    columns(ways.map(({ who, how }) => ['', who, how])),
    '',
    columns(duties(running, source).map(([what, text]) => ['', what, text])),
    '',
    'type a region and Enter to cut it off or to join it again; Ctrl-C ends everything',
  ].join('\n');
}

function duties(
  { lagMs, isolated, expires, enforcesPolicy, data }: Running,
  { states, server }: TableSource,
): [string, string][] {
  const replicated = new Set(states.filter(isReplicated).map(({ tableName }) => tableName)).size;
  const cut = isolated.length === 0 ? '' : `; cut off: ${isolated.join(', ')}`;
  const version = server?.definition.version === undefined ? '' : ` ${server.definition.version}`;
  return [
    ['replication', `${countOf(replicated, 'table')}, the last writer wins, lag ${lagMs} ms${cut}`],
    ['expiry', expires ? 'expired items go within about a second' : 'expired items stay: DynamoDB may take days'],
    ...(enforcesPolicy && server !== undefined
      ? [
          [
            'policy',
            `what ${server.definition.title}${version} may do at runtime${server.isFromTags ? ', with default options' : ''}`,
          ] as [string, string],
        ]
      : []),
    ['items', data === undefined ? 'in memory, gone at the end' : `kept in ${data}`],
  ];
}
