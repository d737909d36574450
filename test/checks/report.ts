import * as fs from 'fs';
import * as path from 'path';
import { App, CfnResource, Stack } from 'aws-cdk-lib/core';

/** A finding in the report that CDK writes at synthesis. */
export interface Reported {
  readonly rule: string;
  readonly description: string;
  readonly construct: string;
  readonly locations: readonly string[];
  /** The reason with which it was acknowledged. */
  readonly reason?: string;
}

interface Violation {
  readonly ruleName: string;
  readonly description: string;
  readonly reason?: string;
  readonly violatingConstructs: {
    readonly constructPath: string;
    readonly cloudFormationResource?: { readonly propertyPaths: string[] };
  }[];
}

interface PluginReport {
  readonly pluginName: string;
  readonly violations: Violation[];
  readonly suppressedViolations?: Violation[];
}

/** What synth() throws; undefined when it succeeds. */
export function failure(app: App): string | undefined {
  try {
    app.synth();
  } catch (error) {
    return String(error);
  }
  return undefined;
}

/** Synthesizes the app and reads what the plugin found. Acknowledged findings are listed apart. */
export function report(app: App): { open: Reported[]; acknowledged: Reported[] } {
  failure(app);
  return readReport(app, 'identity-tables');
}

/** What a plugin found in the app, which is synthesized. */
export function readReport(app: App, plugin: string): { open: Reported[]; acknowledged: Reported[] } {
  const file = path.join(app.outdir, 'validation-report.json');
  const { pluginReports } = fs.existsSync(file)
    ? (JSON.parse(fs.readFileSync(file, 'utf8')) as { pluginReports: PluginReport[] })
    : { pluginReports: [] };
  const own = pluginReports.filter(({ pluginName }) => pluginName === plugin);
  return {
    open: own.flatMap(({ violations }) => violations.flatMap(reported)),
    acknowledged: own.flatMap(({ suppressedViolations = [] }) => suppressedViolations.flatMap(reported)),
  };
}

function reported({ ruleName, description, reason, violatingConstructs }: Violation): Reported[] {
  return violatingConstructs.map(({ constructPath, cloudFormationResource }) => ({
    rule: ruleName,
    description,
    construct: constructPath,
    locations: cloudFormationResource?.propertyPaths ?? [],
    reason,
  }));
}

/** A template resource that may be changed. */
export interface ResourceJson {
  Type: string;
  DeletionPolicy?: unknown;
  UpdateReplacePolicy?: unknown;
  Properties: Record<string, unknown>;
}

/** The properties of a replica without any fault. */
export function goodReplica(region: string): Record<string, unknown> {
  return {
    Region: region,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
    DeletionProtectionEnabled: true,
    Tags: [{ Key: 'team', Value: 'identity' }],
  };
}

/** A table without any fault, with two replicas besides the primary, which is the last one as TableV2 writes it. */
export function goodTable(): ResourceJson {
  return {
    Type: 'AWS::DynamoDB::GlobalTable',
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      TableName: 'prod-users',
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'sort', AttributeType: 'N' },
        { AttributeName: 'mail', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'sort', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'mail-index',
          KeySchema: [{ AttributeName: 'mail', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['name'] },
        },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      Replicas: ['us-east-1', 'ap-southeast-2', 'eu-central-1'].map(goodReplica),
    },
  };
}

/** Puts a resource into a stack exactly as it is written. */
export function addResource(stack: Stack, id: string, { Type, Properties, ...attributes }: ResourceJson): CfnResource {
  const resource = new CfnResource(stack, id, { type: Type, properties: Properties });
  for (const [attribute, value] of Object.entries(attributes)) {
    resource.addOverride(attribute, value);
  }
  return resource;
}
