import { EU, PlanSetup, type PlannedStack } from './plan-setup';
import { globalTable } from './verify-assembly';

// A table without its key serves nobody, so that a key stays as long as a table needs it.

type Json = Record<string, unknown>;

let setup: PlanSetup;
beforeEach(async () => {
  setup = await PlanSetup.start();
});
afterEach(() => setup.stop());

describe('a key that the target deletes while its table leaves the stack', () => {
  const old = globalTable(
    'old',
    [EU],
    { SSESpecification: { SSEEnabled: true, SSEType: 'KMS' } },
    { SSESpecification: { KMSMasterKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
  );
  const users = { Users: globalTable('users', [EU]) };
  const key = (policy?: string): Json => ({ Type: 'AWS::KMS::Key', ...(policy !== undefined && { DeletionPolicy: policy }) });
  const from = (policy?: string): string =>
    setup.app('old', { name: 'Identity', region: EU, tables: { ...users, Old: old, Key: key(policy) } });
  const to = (more: Record<string, Json> = {}): string =>
    setup.app('new', { name: 'Identity', region: EU, tables: { ...users, ...more } });

  test.each([undefined, 'Delete'])('is refused, with the policy %s', async (policy) => {
    const { code, err } = await setup.between(from(policy), to());
    expect([code, err]).toEqual([
      2,
      "[IDT1317] key 'Key' of stack 'Identity' in eu-central-1 is deleted while table 'old', which needs it, is in no template\n" +
        '  fix:     give the key the removal policy RETAIN and deploy that first, or keep the key in the app',
    ]);
  });

  test('is refused where the table has it by an alias', async () => {
    const properties = { Replicas: [{ Region: EU, SSESpecification: { KMSMasterKeyId: { 'Fn::Sub': '${Alias}' } } }] };
    const aliased = globalTable('old', [], { SSESpecification: { SSEEnabled: true, SSEType: 'KMS' }, ...properties });
    const Alias = { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/old', TargetKeyId: { Ref: 'Key' } } };
    const tables = { ...users, Old: aliased, Key: key(), Alias };
    const { err } = await setup.between(setup.app('old', { name: 'Identity', region: EU, tables }), to());
    expect(err).toContain("[IDT1317] key 'Key' of stack 'Identity' in eu-central-1 is deleted while table 'old'");
  });

  test('is refused where the table imports it from another stack', async () => {
    const SSESpecification = { KMSMasterKeyId: { 'Fn::ImportValue': 'old-key' } };
    const importing = globalTable('old', [EU], { SSESpecification: { SSEEnabled: true, SSEType: 'KMS' } }, { SSESpecification });
    const outputs = { Key: { Value: { 'Fn::GetAtt': ['Key', 'Arn'] }, Export: { Name: 'old-key' } } };
    const keys = (tables: Record<string, Json>): PlannedStack => ({ name: 'Keys', region: EU, tables });
    const identity = (tables: Record<string, Json>): PlannedStack => ({ name: 'Identity', region: EU, tables });
    const before = setup.app('old', { ...keys({ Key: key() }), outputs }, identity({ ...users, Old: importing }));
    const left = await setup.between(before, setup.app('new', keys({ Other: key() }), identity(users)));
    expect(left.err).toContain(
      "[IDT1317] key 'Key' of stack 'Keys' in eu-central-1 is deleted while table 'old', which needs it,",
    );
    const kept = setup.app('kept', keys({ Key: key() }), identity(users));
    expect(await setup.between(before, kept)).toMatchObject({ code: 0, err: '' });
  });

  test('is no problem where the key is retained or stays', async () => {
    expect(await setup.between(from('Retain'), to())).toMatchObject({ code: 0, err: '' });
    expect(await setup.between(from(), to({ Key: key() }), '--force')).toMatchObject({ code: 0, err: '' });
  });

  test('is refused where the table comes back without it, under another logical id', async () => {
    const { err } = await setup.between(from(), to({ Moved: globalTable('old', [EU]) }));
    expect(err).toContain('[IDT1317]');
  });

  test('is no problem where the table keeps its place and gets another key', async () => {
    const rekeyed = JSON.parse(JSON.stringify(old).replaceAll('"Key"', '"Key2"')) as Json;
    expect(await setup.between(from(), to({ Old: rekeyed, Key2: key() }))).toMatchObject({ code: 0, err: '' });
    expect(setup.steps.map(({ title, changes }) => [title, changes])).toEqual([
      ['Identity: change settings in place', ['old: encryption']],
    ]);
  });
});
