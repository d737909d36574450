import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

type Json = Record<string, unknown>;

/** A stack of an assembly that is written by hand, which is quicker than synthesis. */
export interface AssemblyStack {
  readonly name: string;
  readonly region: string;
  readonly account?: string;
  /** Resources by logical id. */
  readonly tables: Readonly<Record<string, Json>>;
  /** Such as Parameters and Conditions. */
  readonly sections?: Json;
}

export const ACCOUNT = '111122223333';

export function writeAssembly(directory: string, stacks: readonly AssemblyStack[]): void {
  mkdirSync(directory, { recursive: true });
  const artifacts = stacks.map(({ name, region, account = ACCOUNT }) => [
    name,
    {
      type: 'aws:cloudformation:stack',
      environment: `aws://${account}/${region}`,
      properties: { templateFile: `${name}.template.json` },
    },
  ]);
  writeFileSync(
    path.join(directory, 'manifest.json'),
    JSON.stringify({ version: '55.0.0', artifacts: Object.fromEntries(artifacts) as Json }),
  );
  for (const { name, tables, sections } of stacks) {
    writeFileSync(path.join(directory, `${name}.template.json`), JSON.stringify({ ...sections, Resources: tables }));
  }
}

/** A global table with the key `id`, with a replica for each region; the stack of the first one owns it. */
export function globalTable(tableName: string, regions: readonly string[], properties: Json = {}, replica: Json = {}): Json {
  return {
    Type: 'AWS::DynamoDB::GlobalTable',
    DeletionPolicy: 'Retain',
    Properties: {
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      ...(regions.length > 1 && { StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } }),
      Replicas: regions.map((region) => ({ Region: region, ...replica })),
      ...properties,
    },
  };
}
