import type { CreateTableCommandInput, DynamoDBClient, TableDescription } from '@aws-sdk/client-dynamodb';
import { fail, Problems } from '../../errors';
import { keyText, schemaDifference, schemaOfDescription, type TableState } from '../../state';
import type { DynamoSdk } from '../aws/sdk';
import { errorKind, errorText } from '../aws/service-error';
import { createRequest, type NotApplied } from './create-request';
import { patiently, whenReady } from './ready';
import { SETTINGS, type Target } from './settings';

export interface MadeTable {
  readonly fate: 'created' | 'kept';
  readonly notApplied: readonly NotApplied[];
}

/**
 * Makes a table with its settings, or gives the one that stands what it lacks.
 * @throws IdentityTablesError when the one that stands is another one (IDT0714, it is untouched) or does not become ready
 */
export async function makeTable(sdk: DynamoSdk, client: DynamoDBClient, state: TableState): Promise<MadeTable> {
  const { input, notApplied } = createRequest(state);
  const isNew = await create(sdk, client, input);
  const description = await whenReady(sdk, client, state.tableName);
  if (!isNew) {
    checkSchema(state, description);
  }
  const settings = await applySettings({ sdk, client, state, description, isNew });
  return { fate: isNew ? 'created' : 'kept', notApplied: [...notApplied, ...settings] };
}

/** Whether the table was made; false when there is one of that name. */
async function create(sdk: DynamoSdk, client: DynamoDBClient, input: CreateTableCommandInput): Promise<boolean> {
  try {
    await client.send(new sdk.CreateTableCommand(input));
    return true;
  } catch (error) {
    if (error instanceof sdk.ResourceInUseException) {
      return false;
    }
    throw error;
  }
}

function checkSchema(state: TableState, description: TableDescription): void {
  const problems = new Problems();
  const live = schemaOfDescription(description, problems);
  problems.throwIfAny();
  const differences = live === undefined ? [] : schemaDifference(live, state.schema);
  if (differences.length > 0) {
    fail('IDT0714', {
      what: `table '${state.tableName}' in ${state.region} stands already with another schema`,
      given: differences.join('; '),
      allowed: `key ${keyText(state.schema)}, and the indexes of the cloud assembly`,
    });
  }
}

async function applySettings(target: Target): Promise<NotApplied[]> {
  const notApplied: NotApplied[] = [];
  for (const { name, isWanted, apply } of SETTINGS) {
    if (!isWanted(target.state)) {
      continue;
    }
    const reason = await patiently(() => apply(target)).catch(unsupported);
    if (reason !== undefined) {
      notApplied.push({ setting: name, reason });
    }
  }
  return notApplied;
}

/** A call that the server does not know, or does not know in this form, costs the setting, not the table. */
function unsupported(error: unknown): string {
  const kind = errorKind(error);
  if (kind === 'unsupported' || (kind === 'refused' && (error as Error).name === 'ValidationException')) {
    return errorText(error);
  }
  throw error;
}
