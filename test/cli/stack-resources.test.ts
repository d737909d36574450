import { stackResources, type NeighbourServices } from '../../lib/cli/aws/neighbour-services';
import { StubDynamo, xmlError } from './verify-stub';

const EU = 'eu-central-1';
const LARGE = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`Table${i}`, `table-${i}`]));

let stub: StubDynamo;
let services: NeighbourServices;
beforeEach(async () => {
  stub = await StubDynamo.start();
  services = stub.services(EU);
});
afterEach(() => stub.stop());

const calls = () => stub.calls.map(({ operation, input }) => [operation, input.NextToken]);
const ofMember = (logicalId: string, physicalId: string, status: string) =>
  [
    `<member><LogicalResourceId>${logicalId}</LogicalResourceId><PhysicalResourceId>${physicalId}</PhysicalResourceId>`,
    `<ResourceType>AWS::DynamoDB::Table</ResourceType><ResourceStatus>${status}</ResourceStatus></member>`,
  ].join('');

describe('by the name of a stack', () => {
  test('all pages, under the name that was asked for', async () => {
    stub.stacks = { [`${EU}/Large`]: LARGE };
    const resources = await stackResources(services, { StackName: 'Large' });
    expect(resources.map(({ physicalId }) => physicalId)).toEqual(Object.values(LARGE));
    expect(resources[249]).toMatchObject({
      stackName: 'Large',
      logicalId: 'Table249',
      physicalId: 'table-249',
      type: 'AWS::DynamoDB::GlobalTable',
    });
    expect(calls()).toEqual([
      ['ListStackResources', undefined],
      ['ListStackResources', '100'],
      ['ListStackResources', '200'],
    ]);
  });

  test('no second page of a stack with exactly 100 resources', async () => {
    stub.stacks = { [`${EU}/Full`]: Object.fromEntries(Object.entries(LARGE).slice(0, 100)) };
    expect(await stackResources(services, { StackName: 'Full' })).toHaveLength(100);
    expect(stub.calls).toHaveLength(1);
  });

  test('no resource is told of a stack that goes between two pages', async () => {
    stub.stacks = { [`${EU}/Large`]: LARGE };
    stub.before = ({ input }) =>
      input.NextToken === '100' ? xmlError('ValidationError', 'Stack with id Large does not exist') : undefined;
    expect(await stackResources(services, { StackName: 'Large' })).toEqual([]);
  });

  test('a refused page is a failure, not the end', async () => {
    stub.stacks = { [`${EU}/Large`]: LARGE };
    stub.before = ({ input }) => (input.NextToken === '100' ? xmlError('AccessDenied', 'no') : undefined);
    await expect(stackResources(services, { StackName: 'Large' })).rejects.toMatchObject({ code: 'AccessDenied' });
  });
});

describe('by a resource', () => {
  test('one call where it is among the first 100 of its stack', async () => {
    stub.stacks = { [`${EU}/Large`]: LARGE };
    const resources = await stackResources(services, { PhysicalResourceId: 'table-99' });
    expect(resources.find(({ physicalId }) => physicalId === 'table-99')).toMatchObject({ stackName: 'Large' });
    expect(calls()).toEqual([['DescribeStackResources', undefined]]);
  });

  test('its stack is listed where it is behind them', async () => {
    stub.stacks = { [`${EU}/Large`]: LARGE };
    const resources = await stackResources(services, { PhysicalResourceId: 'table-100' });
    expect(resources).toHaveLength(250);
    expect(resources.find(({ physicalId }) => physicalId === 'table-100')).toMatchObject({
      stackName: 'Large',
      logicalId: 'Table100',
    });
    expect(stub.calls.map(({ operation, input }) => [operation, input.StackName ?? input.PhysicalResourceId])).toEqual([
      ['DescribeStackResources', 'table-100'],
      ['ListStackResources', 'Large'],
      ['ListStackResources', 'Large'],
      ['ListStackResources', 'Large'],
    ]);
  });

  test('none of no stack, without a second call', async () => {
    stub.stacks = {};
    expect(await stackResources(services, { PhysicalResourceId: 'users' })).toEqual([]);
    expect(calls()).toEqual([['DescribeStackResources', undefined]]);
  });
});

describe('what was deleted', () => {
  test('a deleted stack has no resources, not even the tables that it retained', async () => {
    stub.stacks = { [`${EU}/Former`]: { Users: 'users' } };
    stub.deletedStacks = ['Former'];
    expect(await stackResources(services, { StackName: 'Former' })).toEqual([]);
    expect(await stackResources(services, { PhysicalResourceId: 'users' })).toEqual([]);
  });

  test('a standing stack is without what it deleted or let go of', async () => {
    const members = [
      ofMember('Kept', 'kept', 'UPDATE_COMPLETE'),
      ofMember('Gone', 'gone', 'DELETE_COMPLETE'),
      ofMember('Retained', 'retained', 'DELETE_SKIPPED'),
      ofMember('Stuck', 'stuck', 'DELETE_FAILED'),
    ];
    stub.before = () => ({
      status: 200,
      body: `<ListStackResourcesResponse>${members.join('')}</ListStackResourcesResponse>`,
    });
    const resources = await stackResources(services, { StackName: 'Identity' });
    expect(resources.map(({ physicalId }) => physicalId)).toEqual(['kept', 'stuck']);
  });
});
