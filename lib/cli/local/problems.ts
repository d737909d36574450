import { Problems, type Problem } from '../../errors';
import type { LocalServer } from './server';
import { countOf } from '../words';
import type { Ending, Provisioned } from '../provision';

/** Every problem of a run: of single tables, and of the server as a whole. Each says what stands. */
export function localProblems(server: LocalServer, provisioned: Provisioned): readonly Problem[] {
  const problems = new Problems();
  const { outcomes, endings } = provisioned;
  const standing = standingTables(provisioned);
  const stand = `${standing} of ${countOf(outcomes.length, 'table')} ${standing === 1 ? 'stands' : 'stand'}`;
  for (const ending of endings) {
    addEnding(problems, ending, server, stand);
  }
  return [...provisioned.problems, ...problems.all];
}

export function standingTables({ outcomes }: Provisioned): number {
  return outcomes.filter(({ fate }) => fate === 'created' || fate === 'kept' || fate === 'different').length;
}

function addEnding(problems: Problems, { kind, said, regions }: Ending, server: LocalServer, stand: string): void {
  const where = regions.join(', ');
  const { url, credentialSource } = server.endpoint;
  if (kind === 'shared') {
    problems.add('IDT0713', {
      what: `${url} does not keep regions apart`,
      given: `table '${said}' is the same one in ${where}; ${stand}`,
      allowed: 'a server that holds other tables for each region of the signature',
    });
  } else if (kind === 'credentials') {
    problems.add('IDT0716', {
      what: `${url} refuses the credentials in ${where}`,
      given: `${said} (credentials: ${credentialSource}); ${stand}`,
      allowed: 'credentials that are valid, and a region that is enabled for the account',
    });
  } else if (server.isEmbedded) {
    problems.add('IDT0711', { what: `the embedded engine failed in ${where}`, given: `${said}; ${stand}, and nothing is kept` });
  } else {
    problems.add('IDT0712', {
      what: `${url} does not answer as a DynamoDB server in ${where}`,
      given: `${said}; ${stand}`,
      allowed: 'a DynamoDB-compatible server',
    });
  }
}
