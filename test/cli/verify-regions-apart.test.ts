import { globalTable } from './verify-assembly';
import { VerifySetup } from './verify-setup';
import { bareTable } from './verify-stub';

// An endpoint that answers alike for every region shows tables where there are none.

const EU = 'eu-central-1';
const US = 'us-east-1';
const AP = 'ap-southeast-2';

let setup: VerifySetup;
beforeEach(async () => {
  setup = await VerifySetup.start();
});
afterEach(() => setup.stop());

function regional(...regions: readonly string[]): void {
  setup.assembly(
    ...regions.map((region) => ({ name: `Identity-${region}`, region, tables: { Users: globalTable('users', [region]) } })),
  );
}

/** What the stub tells of the table in each region, whatever the region of the assembly. */
function describedAs(inRegion: (region: string) => object): void {
  [EU, US, AP].forEach((region) => setup.stub.set(region, 'users'));
  setup.stub.before = ({ operation, region }) =>
    operation === 'DescribeTable'
      ? { status: 200, body: { Table: { ...bareTable(EU, 'users'), ...inRegion(region) } } }
      : undefined;
}

const AGE = { TableId: 'b4a1c3de', CreationDateTime: 1_700_000_000.123 };

test('one table that two regions show is an error, and no comparison', async () => {
  regional(EU, US);
  describedAs(() => AGE);
  const { code, out, err } = await setup.text();
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toBe(
    [
      `[IDT0713] ${setup.stub.endpoint} does not keep regions apart`,
      `  given:   table 'users' is the same one in ${EU}, ${US}`,
      '  allowed: a server that holds other tables for each region of the signature',
      '  fix:     use the embedded engine, or a server with a set of tables for each region',
    ].join('\n'),
  );
});

test('as JSON it is the only problem', async () => {
  regional(EU, US);
  describedAs(() => AGE);
  const { code, problems } = await setup.verify();
  expect({ code, codes: problems.map((problem) => problem.code) }).toEqual({ code: 2, codes: ['IDT0713'] });
});

test('the regions that show it are named, and not the third one', async () => {
  regional(EU, US, AP);
  describedAs((region) => (region === EU ? { ...AGE, TableId: 'another' } : AGE));
  expect((await setup.verify()).problems).toMatchObject([{ given: `table 'users' is the same one in ${AP}, ${US}` }]);
});

test('before anything is waited for', async () => {
  regional(EU, US);
  describedAs(() => ({ ...AGE, TableStatus: 'CREATING' }));
  const { code, progress } = await setup.verify('--wait', '--timeout', '20s');
  expect({ code, waits: progress.filter((text) => text.startsWith('waiting')) }).toEqual({ code: 2, waits: [] });
});

test.each<[string, (region: string) => object]>([
  ['another id', (region) => ({ ...AGE, TableId: `id-${region}` })],
  ['another age, to the millisecond', (region) => ({ CreationDateTime: region === EU ? 1_700_000_000.123 : 1_700_000_000.124 })],
  ['the same ARN alone', () => ({})],
])('%s: no table is taken for that of another region', async (_, inRegion) => {
  regional(EU, US);
  describedAs(inRegion);
  expect(await setup.verify()).toMatchObject({ code: 0, problems: [], changes: [] });
});

test('replicas that have the identity of their table are of a server that knows regions', async () => {
  setup.assembly({ name: 'Identity', region: EU, tables: { Users: globalTable('users', [EU, US]) } });
  describedAs(() => ({
    ...AGE,
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    Replicas: [EU, US].map((RegionName) => ({ RegionName, ReplicaStatus: 'ACTIVE' })),
  }));
  expect(await setup.verify()).toMatchObject({ code: 0, problems: [], changes: [] });
});

test('it costs no request', async () => {
  regional(EU, US);
  describedAs((region) => ({ ...AGE, TableId: region }));
  await setup.verify();
  expect(
    setup.stub
      .callsOf('DescribeTable')
      .map(({ region }) => region)
      .sort(),
  ).toEqual([EU, US]);
});
