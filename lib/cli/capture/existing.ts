import { IdentityTablesError } from '../../errors';
import { tableStatesOfAssembly, type TableState } from '../../state';
import { Clients, madeUpEndpoint } from '../aws/endpoint';
import { loadDynamoSdk } from '../aws/sdk';
import { LOCAL_ACCOUNT } from '../local/account';
import { localProblems } from '../local/problems';
import { checkBuildable, provision } from '../provision';

/** The tables of a cloud assembly, in all of its regions. */
export function existingTables(assembly: string, region: string | undefined): TableState[] {
  const states = tableStatesOfAssembly(assembly, { account: LOCAL_ACCOUNT, region });
  checkBuildable(states, assembly);
  return states;
}

/**
 * Makes tables at the endpoint.
 * @throws IdentityTablesError when one of them does not stand afterwards as it should
 */
export async function makeExisting(
  states: readonly TableState[],
  url: string,
  isEmbedded: boolean,
  progress: (text: string) => void,
): Promise<void> {
  const sdk = await loadDynamoSdk();
  const endpoint = madeUpEndpoint(url);
  const clients = new Clients(sdk, endpoint);
  try {
    const onProgress = (finished: number, total: number): void => progress(`${finished} of ${total} tables`);
    const provisioned = await provision(states, { sdk, clients, onProgress });
    const server = { endpoint, isEmbedded, remembersOnly: {}, stop: () => Promise.resolve() };
    const problems = localProblems(server, provisioned);
    if (problems.length > 0) {
      throw new IdentityTablesError(problems);
    }
  } finally {
    clients.close();
  }
}
