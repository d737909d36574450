import { ServiceRefusal } from '../../lib/cli/aws/neighbour-services';
import { neighbourUnread } from '../../lib/cli/verify/neighbour-unread';
import type { RegionVerdict, Verification } from '../../lib/cli/verify/verification';
import { verifyProblems } from '../../lib/cli/verify/verify-problems';
import type { TableState } from '../../lib/state';

const EU = 'eu-central-1';
const AWS = { place: 'AWS', credentialSource: 'the AWS credential chain', isAws: true };
const LOCAL = { place: 'http://127.0.0.1:8000', credentialSource: 'made up', isAws: false };

function verification(regions: Partial<RegionVerdict>[], changes: Partial<Verification> = {}): Verification {
  return {
    regions: regions.map((region) => ({ region: EU, wanted: 1, standing: 1, unknown: 0, isEmpty: false, ...region })),
    changes: [],
    inBetween: [],
    unchecked: [],
    failures: [],
    lookalikes: [],
    extras: [],
    unlisted: [],
    ...changes,
  };
}

function wanted(account: string): TableState[] {
  return [{ tableName: 'users', region: EU, account } as TableState];
}

test('another account than that of the stacks, on AWS, when both are known', () => {
  const answered = verification([{ account: '999988887777' }]);
  const [problem, ...others] = verifyProblems(AWS, answered, wanted('111122223333'));
  expect(others).toEqual([]);
  expect(problem).toMatchObject({
    code: 'IDT1206',
    what: `account 999988887777 answers in ${EU}, but the stacks there belong to another one`,
    given: '999988887777',
    allowed: '111122223333',
  });
  expect(verifyProblems(AWS, answered, wanted('999988887777'))).toEqual([]);
  expect(verifyProblems(AWS, answered, wanted('unknown-account'))).toEqual([]);
  expect(verifyProblems(AWS, verification([{}]), wanted('111122223333'))).toEqual([]);
  expect(verifyProblems(LOCAL, answered, wanted('111122223333'))).toEqual([]);
});

test('what was refused is one problem for each setting, region and reason', () => {
  const denied = (tableName: string, region: string, kind: 'tags' | 'owner') =>
    ({
      tableName,
      region,
      kind,
      cause: 'refused',
      reason: `no access to arn:aws:dynamodb:${region}:1:table/${tableName}`,
    }) as const;
  const problems = verifyProblems(
    AWS,
    verification([{}], {
      unchecked: [
        denied('users', EU, 'tags'),
        denied('codes', EU, 'tags'),
        denied('users', 'us-east-1', 'tags'),
        denied('users', EU, 'owner'),
        { tableName: 'users', region: EU, kind: 'capacity', cause: 'unsupported', reason: 'no such call' },
      ],
      failures: [{ tableName: 'keys', region: EU, reason: 'ThrottlingException: Rate exceeded' }],
    }),
    [],
  );
  expect(problems.map(({ code, what }) => `${code} ${what}`)).toEqual([
    `IDT1205 table 'keys' in ${EU} could not be read`,
    `IDT1205 tags of 2 tables in ${EU} could not be read`,
    "IDT1205 tags of 'users' in us-east-1 could not be read",
    `IDT1205 owner of 'users' in ${EU} could not be read`,
  ]);
});

test('a neighbour that refuses is a refusal; elsewhere than on AWS, a call that nobody knows is a service that is not there', () => {
  const services = { region: EU, keys: () => Promise.reject(new Error('not asked')) };
  const refused = new ServiceRefusal(403, 'AccessDenied', 'not authorized');
  expect(neighbourUnread({ ...services, endpoint: undefined }, 'owner', refused)).toEqual({
    kind: 'owner',
    cause: 'refused',
    reason: 'AccessDenied: not authorized',
  });
  const elsewhere = { ...services, endpoint: 'http://127.0.0.1:8000' };
  expect(neighbourUnread(elsewhere, 'owner', refused)).toMatchObject({ cause: 'refused' });
  const absent = new ServiceRefusal(400, 'UnknownOperationException', '');
  expect(neighbourUnread(elsewhere, 'owner', absent)).toMatchObject({ cause: 'unsupported' });
  expect(() => neighbourUnread({ ...services, endpoint: undefined }, 'owner', new TypeError('a mistake'))).toThrow('a mistake');
});
