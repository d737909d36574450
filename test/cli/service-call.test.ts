import { askJson, stackResources, type NeighbourServices } from '../../lib/cli/aws/neighbour-services';
import { refusal, StubDynamo, xmlError, type Reply } from './verify-stub';

// What a service beside DynamoDB refuses for now is asked again; any other refusal is an answer.

const EU = 'eu-central-1';

let stub: StubDynamo;
let services: NeighbourServices;
beforeEach(async () => {
  stub = await StubDynamo.start();
  services = stub.services(EU);
});
afterEach(() => stub.stop());

const json = (body: object, status = 400): Reply => ({ status, body: { ...body } });

test.each<[string, Reply]>([
  ['a name in XML', xmlError('Throttling', 'Rate exceeded')],
  ['a name in JSON', json({ __type: 'ThrottlingException', message: 'Rate exceeded' })],
  ['a name behind a namespace', refusal('TooManyRequestsException')],
  ['a status alone', { status: 429, body: 'slow down' }],
  ['a service that is not there for a moment', { status: 503, body: '<html>Service Unavailable</html>' }],
])('%s: asked again', async (_, reply) => {
  stub.before = () => (stub.calls.length === 1 ? reply : json({ KeyMetadata: {} }, 200));
  const answer = await askJson(services, 'kms', 'TrentService.DescribeKey', {}, () => true);
  expect(answer).toEqual({ KeyMetadata: {} });
  expect(stub.calls).toHaveLength(2);
});

test('a stack that is not there is told at once, whatever it is called', async () => {
  stub.before = () => xmlError('ValidationError', 'Stack with id RequestThrottling does not exist');
  expect(await stackResources(services, { StackName: 'RequestThrottling' })).toEqual([]);
  expect(stub.calls).toHaveLength(1);
});
