import { RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret, type ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/** Where the keys of a Connect2id server are kept. */
export interface IdentityServerSecretsProps {
  /** Name of the secret, the same in every region. */
  readonly secretName: string;
  /**
   * The further regions that need the keys: those of the servers.
   * @default - the region of the stack only
   */
  readonly replicaRegions?: string[];
  /**
   * ARNs of KMS keys by region, to encrypt the secret with. Their policies have to let the roles of the servers decrypt.
   * @default - the AWS-managed key of Secrets Manager
   */
  readonly keyArns?: { readonly [region: string]: string };
  /**
   * What happens to the secret when the construct goes. A lost HMAC key makes every item unreadable.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A secret, replicated to other regions, for the keys that a Connect2id server needs to be the same everywhere. It is made without
 * them, because Secrets Manager generates passwords but neither BASE64 of 256 bits nor a JWK: fill it once, before the server first
 * starts, with the JSON keys `hmacSHA256Key` and `encJWK` (see docs/settings-connect2id.md).
 */
export class IdentityServerSecrets extends Construct {
  /** The secret in the region of the stack. */
  public readonly secret: ISecret;

  /** For `hmacKeyReference` of the settings. */
  public readonly hmacKeyReference: string;

  /** For `encryptionKeyReference` of the settings. */
  public readonly encryptionKeyReference: string;

  public constructor(scope: Construct, id: string, props: IdentityServerSecretsProps) {
    super(scope, id);
    const { secretName, replicaRegions = [], keyArns = {} } = props;
    const key = (region: string) => (region in keyArns ? Key.fromKeyArn(this, `Key-${region}`, keyArns[region]) : undefined);
    this.secret = new Secret(this, 'Secret', {
      secretName,
      description: 'Keys of an identity server: hmacSHA256Key and encJWK',
      // No key, so a server that starts too early fails. A change here would generate again and destroy the keys.
      generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'notYetFilled' },
      encryptionKey: key(Stack.of(this).region),
      replicaRegions: replicaRegions.map((region) => ({ region, encryptionKey: key(region) })),
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    this.hmacKeyReference = `${secretName}:hmacSHA256Key`;
    this.encryptionKeyReference = `${secretName}:encJWK`;
  }
}
