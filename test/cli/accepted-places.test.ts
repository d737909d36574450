import { IdentityTablesError } from '../../lib/errors';
import { checkAcceptedPlaces } from '../../lib/cli/plan/accepted';
import type { TableState } from '../../lib/state';

const STATES = ['eu-central-1', 'us-east-1', 'zz-new-1', 'zz-new-2'].map(
  (region) => ({ tableName: 'prod-users', region }) as TableState,
);

function problemsOf(...accepted: string[]): IdentityTablesError['problems'] {
  try {
    checkAcceptedPlaces(new Set(accepted), STATES);
    return [];
  } catch (error) {
    return (error as IdentityTablesError).problems;
  }
}

test.each(['us-esat-1', 'us-eas-1', 'us-east-11'])('fails for a region that is none: %s', (region) => {
  expect(problemsOf(`prod-users@${region}`)).toEqual([
    {
      code: 'IDT0703',
      what: '--accept-data-loss names a region that is none',
      given: `'prod-users@${region}'`,
      allowed: 'a table of today or of the app, and a region of it',
      fix: "did you mean 'prod-users@us-east-1'?",
    },
  ]);
});

test.each(['us-east-1', 'us-east-2', 'ap-southeast-2', 'zz-new-1', 'zz-central-9'])(
  'takes a region of the table, one that it may have left by now, and one that nobody knew when this was written: %s',
  (region) => expect(problemsOf(`prod-users@${region}`)).toEqual([]),
);

test('fails for several places with all of them', () => {
  const problems = problemsOf('prod-users@us-esat-1', 'prod-user@us-east-1', 'prod-users');
  expect(problems.map(({ what, fix }) => [what, fix])).toEqual([
    ['--accept-data-loss names a region that is none', "did you mean 'prod-users@us-east-1'?"],
    ['--accept-data-loss names a table that stands nowhere and is not in the app', "did you mean 'prod-users@us-east-1'?"],
    ['--accept-data-loss names no table of a region', expect.any(String)],
  ]);
});
