import { stackParameters } from '../../lib/cli/aws/stack-parameters';
import { StubDynamo } from './verify-stub';

let stub: StubDynamo;
beforeEach(async () => {
  stub = await StubDynamo.start();
});
afterEach(() => stub.stop());

const read = (stackName: string): ReturnType<typeof stackParameters> =>
  stackParameters(
    {
      region: 'eu-central-1',
      keys: () => Promise.resolve({ accessKeyId: 'a', secretAccessKey: 'b' }),
      endpoint: stub.endpoint,
    },
    stackName,
  );

test('parameters have the values of the last deployment, except those that are hidden or mangled', async () => {
  stub.parameters = {
    'eu-central-1/Identity': [
      { ParameterKey: 'Stage', ParameterValue: 'a < b & "c"' },
      { ParameterKey: 'Empty', ParameterValue: '' },
      { ParameterKey: 'Stored', ParameterValue: '/name', ResolvedValue: 'value' },
      { ParameterKey: 'Secret', ParameterValue: '****' },
      { ParameterKey: 'City', ParameterValue: 'Z?rich' },
    ],
    'eu-central-1/Bare': [],
  };
  expect(await read('Identity')).toEqual({
    Stage: 'a < b & "c"',
    Empty: '',
    Stored: 'value',
    Secret: undefined,
    City: undefined,
  });
  expect(Object.keys((await read('Identity')) ?? {})).toEqual(['Stage', 'Empty', 'Stored', 'Secret', 'City']);
  expect(await read('Bare')).toEqual({});
  expect(await read('Nowhere')).toBeUndefined();
});
