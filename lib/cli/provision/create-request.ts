import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { createTableInput } from '../../schema';
import { isUnresolved, type TableState, type ThroughputState } from '../../state';

/** A setting that the table does not have although the assembly asks for it, and why. */
export interface NotApplied {
  readonly setting: string;
  readonly reason: string;
}

export interface CreateRequest {
  readonly input: CreateTableCommandInput;
  readonly notApplied: readonly NotApplied[];
}

const ONLY_CLOUDFORMATION = 'its value is known to CloudFormation only';

/** The CreateTable request with everything that can be set at creation. */
export function createRequest(state: TableState): CreateRequest {
  const { schema, billing, stream, encryption, tableClass, deletionProtection } = state;
  const hasUnknownKey = encryption.keyId !== undefined && isUnresolved(encryption.keyId);
  const { known: tags, notApplied } = knownTags(state);
  const { GlobalSecondaryIndexes: indexes, ...table } = createTableInput(schema);
  const input = {
    ...table,
    ...(indexes && {
      GlobalSecondaryIndexes: indexes.map((index) => ({ ...index, ...throughput(state, billing.indexes[index.IndexName]) })),
    }),
    BillingMode: billing.mode,
    ...throughput(state, billing.table),
    ...(stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: stream } }),
    ...(encryption.key !== 'AWS_OWNED' &&
      !hasUnknownKey && { SSESpecification: { Enabled: true, SSEType: 'KMS' as const, KMSMasterKeyId: encryption.keyId } }),
    TableClass: tableClass,
    DeletionProtectionEnabled: deletionProtection,
    ...(tags.length > 0 && { Tags: tags }),
  };
  return {
    input,
    notApplied: [
      ...(hasUnknownKey ? [{ setting: 'encryption with a customer key', reason: ONLY_CLOUDFORMATION }] : []),
      ...notApplied,
    ],
  };
}

/** The tags with a value that is known before the deployment. */
export function knownTags({ tags }: TableState): { known: { Key: string; Value: string }[]; notApplied: NotApplied[] } {
  const all = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return {
    known: all.filter(({ Value }) => !isUnresolved(Value)),
    notApplied: all
      .filter(({ Value }) => isUnresolved(Value))
      .map(({ Key }) => ({ setting: `tag '${Key}'`, reason: ONLY_CLOUDFORMATION })),
  };
}

/** Scaled capacity starts at its lower bound. An index without capacity of its own has that of the table. */
function throughput({ billing }: TableState, own: ThroughputState = {}): Partial<CreateTableCommandInput> {
  if (billing.mode === 'PROVISIONED') {
    const { read = billing.table.read, write = billing.table.write } = own;
    return { ProvisionedThroughput: { ReadCapacityUnits: read?.min ?? 1, WriteCapacityUnits: write?.min ?? 1 } };
  }
  const { maxReadRequestUnits, maxWriteRequestUnits } = own;
  if (maxReadRequestUnits === undefined && maxWriteRequestUnits === undefined) {
    return {};
  }
  return { OnDemandThroughput: { MaxReadRequestUnits: maxReadRequestUnits, MaxWriteRequestUnits: maxWriteRequestUnits } };
}
