import { ServiceRefusal, scalableTargets, stackResources, type NeighbourServices } from '../../lib/cli/aws/neighbour-services';
import { signedHeaders } from '../../lib/cli/aws/signed-request';
import { refusal, StubDynamo, xmlError } from './verify-stub';

// Requests and signatures published by AWS as the Signature Version 4 test suite: post-vanilla and post-x-www-form-urlencoded.
describe('signatures', () => {
  const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
  const now = new Date('2015-08-30T12:36:00Z');
  const request = { url: 'https://example.amazonaws.com/', service: 'service', region: 'us-east-1', headers: {}, body: '' };

  test('of a request without body and headers', () => {
    expect(signedHeaders(request, keys, now)).toEqual({
      host: 'example.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, ' +
        'Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    });
  });

  test('of a form', () => {
    const form = { ...request, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'Param1=value1' };
    expect(signedHeaders(form, keys, now).authorization).toMatch(
      /SignedHeaders=content-type;host;x-amz-date, Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a$/,
    );
  });

  test('name the token of temporary keys', () => {
    const headers = signedHeaders(request, { ...keys, sessionToken: 'token' }, now);
    expect(headers['x-amz-security-token']).toBe('token');
    expect(headers.authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token,');
  });
});

describe('the services beside DynamoDB', () => {
  let stub: StubDynamo;
  let services: NeighbourServices;
  beforeEach(async () => {
    stub = await StubDynamo.start();
    const keys = { accessKeyId: 'local', secretAccessKey: 'local' };
    services = { region: 'eu-central-1', keys: () => Promise.resolve(keys), endpoint: stub.endpoint };
  });
  afterEach(() => stub.stop());

  test('a stack that does not exist has no resources', async () => {
    stub.stacks = {};
    expect(await stackResources(services, { StackName: 'Identity' })).toEqual([]);
  });

  test('fails with what CloudFormation says', async () => {
    stub.before = () => xmlError('AccessDenied', 'not authorized to perform cloudformation:ListStackResources');
    const call = stackResources(services, { StackName: 'Identity' });
    await expect(call).rejects.toMatchObject({
      code: 'AccessDenied',
      message: expect.stringContaining('not authorized') as string,
    });
    await expect(call).rejects.toBeInstanceOf(ServiceRefusal);
  });

  test('fails when something else answers', async () => {
    stub.before = () => ({ status: 200, body: '<html></html>' });
    await expect(stackResources(services, { StackName: 'Identity' })).rejects.toThrow('the answer is not one of CloudFormation');
    await expect(scalableTargets(services)).rejects.toBeInstanceOf(ServiceRefusal);
  });

  test('all pages of scaling targets', async () => {
    stub.before = ({ input }) => ({
      status: 200,
      body:
        input.NextToken === undefined
          ? { ScalableTargets: [{ ResourceId: 'table/a' }], NextToken: 'more' }
          : { ScalableTargets: [{ ResourceId: 'table/b' }] },
    });
    expect((await scalableTargets(services)).map(({ ResourceId: id }) => id)).toEqual(['table/a', 'table/b']);
    expect(stub.calls.map(({ input }) => input.NextToken)).toEqual([undefined, 'more']);
  });

  test('fails with the name of the error of Application Auto Scaling', async () => {
    stub.before = () => refusal('AccessDeniedException', 'no');
    await expect(scalableTargets(services)).rejects.toMatchObject({ code: 'AccessDeniedException', message: 'no' });
  });
});
