import * as fc from 'fast-check';
import { fromText } from '../../lib/cli/plan/intrinsic-text';
import { resolve } from '../../lib/state';
import { EU, PlanSetup } from './plan-setup';
import { globalTable } from './verify-assembly';

const CONTEXT = { account: '111122223333', region: EU, stackName: 'Identity', parameters: {} };

describe('a text of a state is written with its functions', () => {
  test.each([
    ['plain', 'plain'],
    ['unresolved: ask the team', 'unresolved: ask the team'],
    ['unresolved:{"Ref":"Key"}', { Ref: 'Key' }],
    [
      'arn:aws:iam::unresolved:{"Fn::ImportValue":"a}\\"{b"}:role/unresolved:{"Ref":"Name"}',
      { 'Fn::Join': ['', ['arn:aws:iam::', { 'Fn::ImportValue': 'a}"{b' }, ':role/', { Ref: 'Name' }]] },
    ],
    ['unresolved:{"Fn::Select":[0,{"Ref":"List"}]}-x', { 'Fn::Join': ['', [{ 'Fn::Select': [0, { Ref: 'List' }] }, '-x']] }],
  ])('%s', (text, value) => {
    expect(fromText(text)).toEqual(value);
    expect(fromText({ Statement: [{ Principal: text }] })).toEqual({ Statement: [{ Principal: value }] });
  });

  test('in any order, so that it means the same as before', () => {
    const text = fc.string({ minLength: 1, unit: fc.constantFrom('a', ':', '{', '}', '"', '\\', 'ß') });
    const value = fc.oneof(
      text.map((name) => ({ Ref: `Resource${name}` })),
      text.map((name) => ({ 'Fn::ImportValue': name })),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(text, value), { minLength: 1, maxLength: 6 }), (parts) => {
        const before = resolve({ 'Fn::Join': ['', parts] }, CONTEXT);
        expect(resolve(fromText(before), CONTEXT)).toEqual(before);
        expect(JSON.stringify(fromText(before))).not.toContain('unresolved:');
      }),
    );
  });
});

test('policies and tags that change later are written with their functions before', async () => {
  const setup = await PlanSetup.start();
  try {
    const role = (name: string): unknown => ({
      'Fn::Join': ['', ['arn:aws:iam::', { 'Fn::ImportValue': 'Account' }, `:role/${name}`]],
    });
    const users = (action: string): Record<string, unknown> =>
      globalTable(
        'users',
        [EU],
        {},
        {
          ResourcePolicy: {
            PolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { AWS: role(action) }, Action: action, Resource: '*' }] },
          },
          Tags: [{ Key: 'team', Value: { 'Fn::Join': ['-', [action, { Ref: 'Team' }]] } }],
        },
      );
    const app = (name: string, id: string, action: string): string =>
      setup.app(name, { name: 'Identity', region: EU, tables: { Users: users(action), [id]: globalTable('codes', [EU]) } });
    // The other table is let go of first, by a deployment that has the old policy.
    expect(await setup.between(app('old', 'Codes', 'get'), app('new', 'Codes2', 'query'))).toMatchObject({ code: 0, err: '' });
    const [replica] = setup.template('01', 'Identity').Resources.Users.Properties.Replicas as Record<string, unknown>[];
    expect(replica).toMatchObject({
      ResourcePolicy: { PolicyDocument: { Statement: [{ Principal: { AWS: role('get') } }] } },
      Tags: [{ Key: 'team', Value: { 'Fn::Join': ['', ['get-', { Ref: 'Team' }]] } }],
    });
  } finally {
    await setup.stop();
  }
});
