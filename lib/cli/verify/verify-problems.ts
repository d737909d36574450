import { groupBy } from '../group-by';
import { Problems, type Problem } from '../../errors';
import type { TableState } from '../../state';
import { countOf } from '../words';
import { settingName } from './change-text';
import type { LiveSource } from './source';
import { UNANSWERED, unansweredOf } from './unanswered';
import type { RegionVerdict, Verification } from './verification';

const OWN_ACCOUNT = /^\d{12}$/;

/** What kept the verification from being complete, each cause once. */
export function verifyProblems(
  source: LiveSource,
  verification: Verification,
  wanted: readonly TableState[],
): readonly Problem[] {
  const problems = new Problems();
  addEndings(problems, source, verification.regions);
  if (source.isAws) {
    addAccounts(problems, verification.regions, wanted);
  }
  addUnread(problems, verification);
  return problems.all;
}

function addEndings(problems: Problems, source: LiveSource, regions: readonly RegionVerdict[]): void {
  const ended = regions.flatMap(({ region, ending }) => (ending === undefined ? [] : [{ region, ...ending }]));
  const isRefusedEverywhere = ended.filter(({ kind }) => kind === 'region').length === regions.length;
  for (const [, group] of groupBy(ended, ({ kind, said }) => `${kind} ${said}`)) {
    const { kind, said } = group[0];
    const where = group.map(({ region }) => region).join(', ');
    if (kind === 'login' || (kind === 'region' && isRefusedEverywhere)) {
      problems.add('IDT1201', {
        what: `${source.place} does not accept the credentials of ${source.credentialSource} in ${where}`,
        given: said,
        allowed: 'credentials that are valid now',
      });
    } else if (kind === 'region') {
      problems.add('IDT1202', {
        what: `${where} ${group.length === 1 ? 'is' : 'are'} not accessible: the region may not be enabled for the account`,
        given: said,
        allowed: 'a region that is enabled for the account',
      });
    } else {
      problems.add(UNANSWERED[kind].code, { what: `${source.place} ${UNANSWERED[kind].says} in ${where}`, given: said });
    }
  }
}

/** Emulators have accounts of their own, so this is for AWS. */
function addAccounts(problems: Problems, regions: readonly RegionVerdict[], wanted: readonly TableState[]): void {
  for (const { region, account } of regions) {
    const expected = [...new Set(wanted.filter((state) => state.region === region).map((state) => state.account))];
    const isKnown = account !== undefined && expected.every((each) => OWN_ACCOUNT.test(each));
    if (isKnown && expected.length > 0 && !expected.includes(account)) {
      problems.add('IDT1206', {
        what: `account ${account} answers in ${region}, but the stacks there belong to another one`,
        given: account,
        allowed: expected.join(', '),
      });
    }
  }
}

function addUnread(problems: Problems, { failures, unchecked }: Verification): void {
  const unread = [
    ...failures.map((failure) => ({ ...failure, cause: 'refused', what: 'the table' })),
    ...unchecked.map((each) => ({ ...each, what: settingName(each.kind) })),
  ].flatMap(({ cause, ...each }) => {
    const unanswered = unansweredOf(cause);
    return unanswered === undefined ? [] : [{ ...each, ...unanswered }];
  });
  for (const [, group] of groupBy(unread, ({ what, region, reason }) => `${what} ${region} ${withoutNames(reason)}`)) {
    const { what, region, code, since, tableName, reason } = group[0];
    const whose = group.length === 1 ? `'${tableName}'` : countOf(group.length, 'table');
    const table = group.length === 1 ? `table ${whose}` : whose;
    const subject = what === 'the table' ? table : `${what} of ${whose}`;
    problems.add(code, { what: `${subject} in ${region} could not be read${since}`, given: reason });
  }
}

/** The same refusal names another table each time. */
function withoutNames(reason: string): string {
  return reason.replace(/arn:\S+/g, '').replace(/\d+/g, '');
}
