import { App, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { IdentityServer } from '../../lib/servers';
import { IdentityServerSecrets, serverSettings, type IdentityServerSecretsProps } from '../../lib/settings';

function secretsIn(props: Partial<IdentityServerSecretsProps> = {}) {
  const stack = new Stack(new App(), 'Keys', { env: { region: 'eu-central-1', account: '123456789012' } });
  const secrets = new IdentityServerSecrets(stack, 'Secrets', { secretName: 'prod-keys', ...props });
  return { stack, secrets };
}

test('one secret, replicated, that stays; frozen, because a change generates a new value over the keys', () => {
  const { stack } = secretsIn({ replicaRegions: ['us-east-1', 'ap-southeast-2'] });
  expect(Template.fromStack(stack).findResources('AWS::SecretsManager::Secret')).toEqual({
    SecretsSecret9A9454FE: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: {
        Name: 'prod-keys',
        Description: 'Keys of an identity server: hmacSHA256Key and encJWK',
        GenerateSecretString: { SecretStringTemplate: '{}', GenerateStringKey: 'notYetFilled' },
        ReplicaRegions: [{ Region: 'us-east-1' }, { Region: 'ap-southeast-2' }],
      },
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    },
  });
});

test('own keys, one for each region', () => {
  const arn = (region: string) => `arn:aws:kms:${region}:123456789012:key/11111111-2222-3333-4444-555555555555`;
  const { stack } = secretsIn({
    replicaRegions: ['us-east-1'],
    keyArns: { 'eu-central-1': arn('eu-central-1'), 'us-east-1': arn('us-east-1') },
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const template = Template.fromStack(stack);
  template.hasResource('AWS::SecretsManager::Secret', {
    DeletionPolicy: 'Delete',
    Properties: {
      KmsKeyId: arn('eu-central-1'),
      ReplicaRegions: [{ Region: 'us-east-1', KmsKeyId: arn('us-east-1') }],
    },
  });
});

test('its references go into the settings', () => {
  const { secrets } = secretsIn();
  const options = { hmacKeyReference: secrets.hmacKeyReference, encryptionKeyReference: secrets.encryptionKeyReference };
  const server = IdentityServer.connect2id({ version: '18.0', acceptAssumedSchema: true })._definition;
  const { values } = serverSettings({ server, tablePrefix: '', region: 'us-east-1', options });
  const kept = values.filter(({ secretReference }) => secretReference !== undefined);
  expect(kept.map(({ name, environmentVariable, secretReference }) => [name, environmentVariable, secretReference])).toEqual([
    ['dynamodb.hmacSHA256Key', 'CONNECT2ID_HMAC_KEY', 'prod-keys:hmacSHA256Key'],
    ['dynamoDB.hmacSHA256Key', 'CONNECT2ID_HMAC_KEY', 'prod-keys:hmacSHA256Key'],
    ['keyStore.encJWK', 'CONNECT2ID_ENC_JWK', 'prod-keys:encJWK'],
  ]);
});
