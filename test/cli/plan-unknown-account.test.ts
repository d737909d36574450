import * as fs from 'node:fs';
import { EU, PlanSetup } from './plan-setup';
import { globalTable } from './verify-assembly';

type Json = Record<string, unknown>;

test('steps of stacks without an account and with functions for regions keep both as they are written', async () => {
  const setup = await PlanSetup.start();
  try {
    const principal = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] };
    const kinesis = { StreamArn: { 'Fn::Sub': 'arn:aws:kinesis:${AWS::Region}:${AWS::AccountId}:stream/changes' } };
    const replica = (action: string): Json => ({
      Region: { Ref: 'AWS::Region' },
      KinesisStreamSpecification: kinesis,
      ResourcePolicy: {
        PolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action: action, Resource: '*' }] },
      },
    });
    const app = (name: string, action: string, ttl: Json): string => {
      const directory = setup.app(name, {
        name: 'Identity',
        region: EU,
        tables: { Users: globalTable('users', [], { Replicas: [replica(action)], ...ttl }) },
      });
      const manifest = `${directory}/manifest.json`;
      fs.writeFileSync(manifest, fs.readFileSync(manifest, 'utf8').replace('aws://111122223333/', 'aws://unknown-account/'));
      return directory;
    };
    const on = { TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true } };
    const ran = await setup.between(app('old', 'dynamodb:GetItem', {}), app('new', 'dynamodb:Query', on));
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(setup.steps.map(({ kind, changes }) => [kind, ...changes.map((change) => change.split(';')[0])])).toEqual([
      ['deploy', 'users: resource policy'],
      ['deploy', "users: TTL on 'expires' on"],
    ]);
    const [written] = setup.template('01', 'Identity').Resources.Users.Properties.Replicas as Json[];
    expect(written).toMatchObject({ Region: EU, KinesisStreamSpecification: kinesis });
    expect(JSON.stringify(setup.template('01', 'Identity'))).not.toMatch(/unknown-account|unresolved:/);
  } finally {
    await setup.stop();
  }
});
