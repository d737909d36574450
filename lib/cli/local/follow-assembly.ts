import { formatProblem, IdentityTablesError } from '../../errors';
import { Clients } from '../aws/endpoint';
import { loadDynamoSdk } from '../aws/sdk';
import type { Context } from '../command';
import { checkBuildable } from '../provision';
import { watchAssembly } from './assembly-watch';
import { follow } from './follow';
import type { LocalEngine } from './local-engine';
import { RuntimePolicy } from './runtime-policy';
import { tableSource, type TableSource } from './source';

export interface FollowingOptions {
  readonly context: Context;
  readonly source: TableSource;
  readonly engine: LocalEngine;
  readonly enforcesPolicy: boolean;
}

/** Adds what is new in the assembly whenever it is written again. An assembly that cannot be read is told, and changes nothing. */
export function followAssembly(options: FollowingOptions): { readonly close: () => Promise<void> } {
  const { context, source, engine, enforcesPolicy } = options;
  let { states } = source;
  const update = async (): Promise<void> => {
    const next = tableSource(context);
    checkBuildable(next.states, next.title);
    const policy = enforcesPolicy ? new RuntimePolicy(next.server, next.states) : undefined;
    const sdk = await loadDynamoSdk();
    const clients = new Clients(sdk, engine.endpoint);
    engine.duties.allowEverything();
    try {
      const followed = await follow(states, next.states, { sdk, clients });
      ({ states } = followed);
      engine.duties.add(followed.created);
      followed.lines.forEach(context.warn);
    } finally {
      clients.close();
      if (policy !== undefined) {
        engine.duties.enforce(policy);
      }
    }
  };
  return watchAssembly(source.title, () =>
    update().catch((error: unknown) => {
      const problems = error instanceof IdentityTablesError ? error.problems.map(formatProblem) : [String(error)];
      problems.forEach(context.warn);
    }),
  );
}
