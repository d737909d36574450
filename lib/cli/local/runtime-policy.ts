import { locationOf, runtimeStatements } from '../../access';
import { fail, partitionOf } from '../../errors';
import type { TableState } from '../../state';
import { inputOf, Refusal, type DynamoRequest, type Step } from '../engine/answer';
import { usesOf } from '../record/request-uses';
import type { Use } from '../record/use';
import { LOCAL_ACCOUNT } from './account';
import type { KnownServer } from './known-server';

/** Who asks, in the words of a refusal: with made-up credentials there is nobody. */
const USER = `arn:aws:sts::${LOCAL_ACCOUNT}:assumed-role/identity-server/local`;

/** What a server may do with its tables, in every region. */
export class RuntimePolicy {
  private readonly allowed = new Set<string>();

  /** @throws IdentityTablesError when the server is not known or has none of the tables */
  public constructor(server: KnownServer | undefined, states: readonly TableState[]) {
    const { definition, tableOf } = server ?? unknownServer();
    for (const region of new Set(states.map((state) => state.region))) {
      const tables = states
        .filter((state) => state.region === region)
        .flatMap((state) => {
          const table = tableOf(state);
          return table === undefined ? [] : [{ tableName: state.tableName, table }];
        });
      const location = locationOf(region, LOCAL_ACCOUNT);
      for (const { Action: actions, Resource: resources } of runtimeStatements({ server: definition, tables, location })) {
        actions.forEach((action) => resources.forEach((resource) => this.allowed.add(`${action} ${resource}`)));
      }
    }
    if (this.allowed.size === 0) {
      fail('IDT0703', {
        what: `option '--policy': none of the tables is one of ${definition.title}`,
        given: states.map(({ tableName }) => tableName).join(', '),
        allowed: `tables named --prefix and ${definition.tables.map(({ schema }) => schema.tableName).join(', ')}`,
        fix: 'pass the --prefix of the tables, and the options of the server',
      });
    }
  }

  /** Refuses what is not allowed, as DynamoDB does. A transaction is judged by each of its parts. */
  public readonly step: Step = async (request, next) => {
    for (const use of usesOf(request.operation, inputOf(request.body))) {
      this.check(request, use);
    }
    return next(request);
  };

  private check({ region }: DynamoRequest, { action, table, index }: Use): void {
    const resource = `arn:${partitionOf(region).partition}:dynamodb:${region}:${LOCAL_ACCOUNT}:table/${table ?? '*'}${
      index === undefined ? '' : `/index/${index}`
    }`;
    const name = `dynamodb:${action}`;
    if (!this.allowed.has(`${name} ${resource}`)) {
      throw new Refusal(
        'AccessDeniedException',
        `User: ${USER} is not authorized to perform: ${name} on resource: ${resource} ` +
          `because no identity-based policy allows the ${name} action`,
      );
    }
  }
}

function unknownServer(): never {
  return fail('IDT0703', {
    what: "option '--policy' needs to know the server",
    given: 'tables without tags of one bundled server, and no --server',
    allowed: '--policy runtime --server SERVER with the options of the server',
    fix: 'add --server, and --prefix when the tables have one',
  });
}
