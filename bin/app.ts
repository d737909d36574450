import { App } from 'aws-cdk-lib/core';
import { IdentityTablesError } from '../lib/errors';
import { IdentityTablesStacks } from '../lib';
import { readContext } from './context';

// The app of cdk.json: the tables of one server, configured by context (see README).
try {
  const app = new App();
  const { id, ...props } = readContext(app.node.getAllContext() as Record<string, unknown>);
  new IdentityTablesStacks(app, id, props);
  app.synth();
} catch (error) {
  if (!(error instanceof IdentityTablesError)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 1;
}
