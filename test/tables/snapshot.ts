type Replica = Record<string, unknown> & { Region: string };

/** A table resource of a template, as far as these tests read it. */
export interface TableResource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties: {
    readonly TableName: string;
    readonly KeySchema: { AttributeName: string; KeyType: string }[];
    readonly AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
    readonly GlobalSecondaryIndexes?: { IndexName: string; KeySchema: { AttributeName: string }[]; Projection: unknown }[];
    readonly LocalSecondaryIndexes?: { IndexName: string; KeySchema: { AttributeName: string }[]; Projection: unknown }[];
    readonly TimeToLiveSpecification?: { AttributeName: string; Enabled: boolean };
    readonly StreamSpecification?: { StreamViewType: string };
    readonly BillingMode: string;
    readonly Replicas: Replica[];
  };
}

export interface TemplateJson {
  readonly Resources?: Record<string, TableResource>;
}

/** The tables of a template, by name. */
export function tablesOf(template: TemplateJson): Record<string, TableResource> {
  const tables = Object.values(template.Resources ?? {}).filter(({ Type }) => Type === 'AWS::DynamoDB::GlobalTable');
  return Object.fromEntries(tables.map((table) => [table.Properties.TableName, table]));
}

/** The replica of one region. */
export function replicaOf(table: TableResource, region: string): Replica {
  const replica = table.Properties.Replicas.find((candidate) => candidate.Region === region);
  if (replica === undefined) {
    throw new Error(`${table.Properties.TableName} has no replica in ${region}`);
  }
  return replica;
}

/** One readable line a table: name, keys, indexes, time to live, recovery, protection, retention, regions. */
export function line({ Properties, DeletionPolicy }: TableResource): string {
  const keys = Properties.KeySchema.map((key) => key.AttributeName).join('+');
  const indexes = [...(Properties.GlobalSecondaryIndexes ?? []), ...(Properties.LocalSecondaryIndexes ?? [])].length;
  const ttl = Properties.TimeToLiveSpecification?.AttributeName ?? '-';
  const each = (read: (replica: Replica) => unknown) =>
    [...new Set(Properties.Replicas.map((replica) => String(read(replica))))].join('/');
  const recovery = each((replica) => {
    const specification = replica.PointInTimeRecoverySpecification as { RecoveryPeriodInDays?: number } | undefined;
    return specification?.RecoveryPeriodInDays ?? 'off';
  });
  const protection = each((replica) => (replica.DeletionProtectionEnabled === true ? 'protected' : 'open'));
  const regions = Properties.Replicas.map((replica) => replica.Region).sort();
  return `${Properties.TableName} ${keys} indexes:${indexes} ttl:${ttl} pitr:${recovery} ${protection} ${DeletionPolicy} ${regions.join(',')}`;
}
