import { stackTemplate } from '../../lib/cli/aws/stack-template';
import { StubDynamo } from './verify-stub';

let stub: StubDynamo;
beforeEach(async () => {
  stub = await StubDynamo.start();
});
afterEach(() => stub.stop());

const read = (stackName: string): Promise<object | undefined> =>
  stackTemplate(
    {
      region: 'eu-central-1',
      keys: () => Promise.resolve({ accessKeyId: 'a', secretAccessKey: 'b' }),
      endpoint: stub.endpoint,
    },
    stackName,
  );

test('a template in JSON is read, with what XML may not hold', async () => {
  const template = { Description: `a < b && "c" > 'd' é`, Resources: { Users: { Type: 'AWS::DynamoDB::GlobalTable' } } };
  stub.templates = { 'eu-central-1/Identity': JSON.stringify(template) };
  expect(await read('Identity')).toEqual(template);
  expect(stub.callsOf('GetTemplate').map(({ input }) => input.StackName)).toEqual(['Identity']);
});

test('a template in YAML is read, as the CDK CLI imports it and as people write it', async () => {
  stub.templates = {
    'eu-central-1/Identity': `
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Users:
    Type: AWS::DynamoDB::GlobalTable
    DeletionPolicy: Retain
    Properties:
      TableName: !Sub "\${Prefix}users"
      BillingMode: !If [IsCheap, PAY_PER_REQUEST, !Ref Mode]
      Key: !GetAtt Key.Arn
      Name: !Sub ["\${A}-\${B}", { A: !Ref One, B: two }]
      Long: { Fn::GetAtt: [Key, Arn] }
`,
  };
  expect(await read('Identity')).toEqual({
    AWSTemplateFormatVersion: '2010-09-09',
    Resources: {
      Users: {
        Type: 'AWS::DynamoDB::GlobalTable',
        DeletionPolicy: 'Retain',
        Properties: {
          TableName: { 'Fn::Sub': '${Prefix}users' },
          BillingMode: { 'Fn::If': ['IsCheap', 'PAY_PER_REQUEST', { Ref: 'Mode' }] },
          Key: { 'Fn::GetAtt': ['Key', 'Arn'] },
          Name: { 'Fn::Sub': ['${A}-${B}', { A: { Ref: 'One' }, B: 'two' }] },
          Long: { 'Fn::GetAtt': ['Key', 'Arn'] },
        },
      },
    },
  });
});

test('tags of YAML stay functions, also those of transforms and those that nobody knows', async () => {
  stub.templates = {
    'eu-central-1/Identity': `
Count: !Length [a, b]
Text: !ToJsonString { a: !Ref One }
Included: !Transform { Name: AWS::Include, Parameters: { Location: s3 } }
Days: !FindInMap [Stages, !Ref Stage, Days]
Zones: !GetAZs ""
Name: !GetStackOutput Other
Output: !GetAtt Nested.Outputs.Arn
Unknown: !NobodyKnows 5
Test: !Not [!Condition IsProd]
Warning: "Hi !Ref of a text"
`,
  };
  expect(await read('Identity')).toEqual({
    Count: { 'Fn::Length': ['a', 'b'] },
    Text: { 'Fn::ToJsonString': { a: { Ref: 'One' } } },
    Included: { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 's3' } } },
    Days: { 'Fn::FindInMap': ['Stages', { Ref: 'Stage' }, 'Days'] },
    Zones: { 'Fn::GetAZs': '' },
    Name: { 'Fn::GetStackOutput': 'Other' },
    Output: { 'Fn::GetAtt': ['Nested', 'Outputs.Arn'] },
    Unknown: { 'Fn::NobodyKnows': '5' },
    Test: { 'Fn::Not': [{ Condition: 'IsProd' }] },
    Warning: 'Hi !Ref of a text',
  });
});

test('a stack that does not stand has none', async () => {
  stub.templates = {};
  expect(await read('Identity')).toBeUndefined();
});

test('what is neither is told with the name of the stack', async () => {
  stub.templates = { 'eu-central-1/Identity': '{ "Resources": ' };
  await expect(read('Identity')).rejects.toThrow("[IDT1205] the template of stack 'Identity' could not be read");
});
