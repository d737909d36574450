import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, CfnOutput, CfnResource, Fn, Stack } from 'aws-cdk-lib/core';
import { AttributeType, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { planSteps } from '../../lib/cli/plan/plan-steps';
import { planFromLive, readSource, type Source } from '../../lib/cli/plan/source';
import type { Template } from '../../lib/cli/plan/template';
import { stepNumber, writeAssemblies } from '../../lib/cli/plan/write-assemblies';

const REGION = 'eu-central-1';
const ARN = 'arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/prod-clients';
const NO_FACTS = { inBetween: [], ttlChanging: [], scalingTargets: [], expiredItems: [], legacyGlobalTables: [] };

let directory: string;
beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'plan-references-'));
});
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

/** A table of a server, and all that a stack may say of it elsewhere. */
function synthesize(): Source {
  const app = new App({ outdir: path.join(directory, 'app'), analyticsReporting: false });
  const stack = new Stack(app, 'Identity', { env: { account: '111122223333', region: REGION } });
  const table = new TableV2(stack, 'Clients', {
    tableName: 'prod-clients',
    partitionKey: { name: 'id', type: AttributeType.STRING },
    dynamoStream: StreamViewType.KEYS_ONLY,
  });
  const id = stack.getLogicalId(table.node.defaultChild as CfnResource);
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
  const policy = new Policy(stack, 'Policy', {
    roles: [role],
    statements: [
      new PolicyStatement({ actions: ['dynamodb:GetItem'], resources: [table.tableArn, Fn.sub(`\${${id}.Arn}/index/*`)] }),
    ],
  });
  policy.node.addDependency(table);
  const alarm = { Namespace: 'AWS/DynamoDB', Dimensions: [{ Name: 'TableName', Value: table.tableName }] };
  new CfnResource(stack, 'Alarm', { type: 'AWS::CloudWatch::Alarm', properties: alarm });
  const reader = { EventSourceArn: table.tableStreamArn, FunctionName: 'reader' };
  new CfnResource(stack, 'Reader', { type: 'AWS::Lambda::EventSourceMapping', properties: reader });
  new CfnOutput(stack, 'Name', { value: Fn.sub(`\${${id}} of \${AWS::StackName}, not \${!${id}}`) });
  new CfnOutput(stack, 'Stream', { value: table.tableStreamArn ?? '' });
  app.synth();
  return readSource(path.join(directory, 'app'), { account: '111122223333', region: REGION });
}

function templateOf(step: string): Template {
  return JSON.parse(fs.readFileSync(path.join(directory, 'plan', step, 'Identity.template.json'), 'utf8')) as Template;
}

const idOf = ({ Resources = {} }: Template, type: string): string =>
  Object.keys(Resources).find((id) => Resources[id].Type === type) ?? '';

test('what refers to a table holds before, during and after its import, with its literal name and ARN', () => {
  const target = synthesize();
  const current = target.states.map((state) => ({ ...state, owner: { kind: 'nobody' } as const, deletionProtection: false }));
  const steps = planSteps(planFromLive({ current, ...NO_FACTS }, target, new Set()));
  writeAssemblies(path.join(directory, 'plan'), steps, { target });

  expect(steps.map(({ kind }) => kind)).toEqual(['deploy', 'import', 'wait', 'deploy']);
  const numbers = steps.map((_, index) => stepNumber(index, steps.length));
  const [before, during, after] = [numbers[0], numbers[1], numbers[3]].map(templateOf);
  const policy = before.Resources?.[idOf(before, 'AWS::IAM::Policy')];
  expect(policy?.Properties?.PolicyDocument).toEqual({
    Version: '2012-10-17',
    Statement: [{ Action: 'dynamodb:GetItem', Effect: 'Allow', Resource: [{ 'Fn::Sub': ARN }, { 'Fn::Sub': `${ARN}/index/*` }] }],
  });
  expect(policy?.DependsOn).toBeUndefined();
  expect(before.Resources?.Alarm.Properties?.Dimensions).toEqual([{ Name: 'TableName', Value: 'prod-clients' }]);
  expect(before.Resources?.Reader).toBeUndefined();
  const id = idOf(after, 'AWS::DynamoDB::GlobalTable');
  expect(before.Outputs).toEqual({
    Name: { Value: { 'Fn::Sub': `prod-clients of \${AWS::StackName}, not \${!${id}}` } },
  });
  const { [id]: imported, ...others } = during.Resources ?? {};
  expect(imported.Properties?.TableName).toBe('prod-clients');
  expect(others).toEqual(before.Resources);
  expect(during.Outputs).toEqual(before.Outputs);
  expect(after).toEqual(target.stacks[0].template);
});
