import { Aws, CfnOutput, Duration, Fn, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { AccountRootPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/** What the account may do with the key itself. The data under it is reached through DynamoDB only. */
const ADMINISTRATION = [
  'kms:CancelKeyDeletion',
  'kms:Create*',
  'kms:Describe*',
  'kms:Disable*',
  'kms:Enable*',
  'kms:Get*',
  'kms:List*',
  'kms:Put*',
  'kms:Revoke*',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:Update*',
];

/**
 * What DynamoDB asks of a customer-managed key on behalf of the caller.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
const USE = ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'];

/** Properties of IdentityTablesKey. */
export interface IdentityTablesKeyProps {
  /**
   * What happens to the key when it leaves the stack. A deleted key makes every table under it unreadable.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The customer-managed key for the tables of one region, in a stack of its own that is deployed before all others. Rotated every
 * year, deleted 30 days after it is asked for. Principals of this account may use it through DynamoDB of its region only.
 */
export class IdentityTablesKey extends Construct {
  /** The key. */
  public readonly key: Key;

  private readonly output: CfnOutput;

  public constructor(scope: Construct, id: string, props: IdentityTablesKeyProps = {}) {
    super(scope, id);
    const stack = Stack.of(this);
    this.key = new Key(this, 'Key', {
      description: 'Tables of an identity server',
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
      policy: new PolicyDocument({
        statements: [
          new PolicyStatement({ principals: [new AccountRootPrincipal()], actions: ADMINISTRATION, resources: ['*'] }),
          new PolicyStatement({
            principals: [new AccountRootPrincipal()],
            actions: USE,
            resources: ['*'],
            conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${stack.region}.${Aws.URL_SUFFIX}` } },
          }),
        ],
      }),
    });
    this.output = new CfnOutput(this, 'KeyArn', { value: this.key.keyArn, description: 'Key of the tables in this region' });
    // Read by name from stacks of other regions, so the name is a contract.
    this.output.overrideLogicalId('IdentityTablesKeyArn');
  }

  /**
   * The ARN of the key, for stacks of any region of the same account. A stack that uses it is deployed after the one of the key,
   * and reads it by name of stack and output.
   */
  public get keyArn(): string {
    return Lazy.uncachedString({ produce: (context) => this.arnIn(Stack.of(context.scope)) });
  }

  private arnIn(consumer: Stack): string {
    const own = Stack.of(this);
    if (own === consumer) {
      return this.key.keyArn;
    }
    consumer.addStackDependency(own, 'keys come before what they encrypt');
    return Fn.getStackOutput(own.stackName, this.output.logicalId, own.region);
  }
}
