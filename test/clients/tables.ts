import { App } from 'aws-cdk-lib/core';
import { IdentityTablesStacks, type IdentityServer } from '../../lib';
import { Clients, madeUpEndpoint } from '../../lib/cli/aws/endpoint';
import { loadDynamoSdk } from '../../lib/cli/aws/sdk';
import { provision } from '../../lib/cli/provision';
import { tableStatesOfAssembly } from '../../lib/state';

/** An assembly with the tables of a server in one region. */
export function synthesize(server: IdentityServer, region: string, outdir: string): string {
  const app = new App({ outdir, analyticsReporting: false });
  new IdentityTablesStacks(app, 'Identity', { server, primaryRegion: region });
  return app.synth().directory;
}

/** Makes the tables of an assembly, as `identity-tables local` does. */
export async function makeTables(assembly: string, region: string, endpoint: string): Promise<void> {
  const sdk = await loadDynamoSdk();
  const clients = new Clients(sdk, madeUpEndpoint(endpoint));
  const states = tableStatesOfAssembly(assembly, { account: '000000000000', region });
  const { problems, endings } = await provision(states, { sdk, clients, onProgress: () => undefined });
  clients.close();
  expect([...problems, ...endings]).toEqual([]);
}
