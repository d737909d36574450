import { Problems } from '../../errors';
import { isUnresolved, type TableState } from '../../state';

/**
 * Checks what only shows when all tables are to stand side by side.
 * @throws IdentityTablesError with every problem
 */
export function checkBuildable(states: readonly TableState[], assembly: string): void {
  const problems = new Problems();
  if (states.length === 0) {
    problems.add('IDT0705', { what: `the cloud assembly '${assembly}' holds no DynamoDB table` });
  }
  addUnknownNames(states, problems);
  addEqualNames(states, problems);
  problems.throwIfAny();
}

/**
 * Checks that every table has a name by which a live one can be found.
 * @throws IdentityTablesError with every table that has none
 */
export function checkKnownNames(states: readonly TableState[]): void {
  const problems = new Problems();
  addUnknownNames(states, problems);
  problems.throwIfAny();
}

function addUnknownNames(states: readonly TableState[], problems: Problems): void {
  for (const state of states.filter((each) => !isKnown(each))) {
    const { tableName, region } = state;
    problems.add('IDT0708', {
      what: `a table of ${ownerText(state)} cannot be made: ${isUnresolved(tableName) ? 'its name' : 'its region'} is not known`,
      given: isUnresolved(tableName) ? tableName : region,
      allowed: 'a text, or one made of the region, account and name of the stack',
    });
  }
}

/**
 * Checks that no two tables have the same name in a region, such as those of two accounts: a live table would be compared with both.
 * @throws IdentityTablesError with every pair
 */
export function checkEqualNames(states: readonly TableState[]): void {
  const problems = new Problems();
  addEqualNames(states, problems);
  problems.throwIfAny();
}

function addEqualNames(states: readonly TableState[], problems: Problems): void {
  const first = new Map<string, TableState>();
  for (const state of states.filter(isKnown)) {
    const { tableName, region } = state;
    const key = `${region}/${tableName}`;
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, state);
    } else {
      problems.add('IDT0707', {
        what: `table '${tableName}' in ${region} is in the cloud assembly twice`,
        given: `${ownerText(other)} and ${ownerText(state)}`,
        allowed: 'one table of a name in each region, whatever the account',
      });
    }
  }
}

function isKnown({ tableName, region }: TableState): boolean {
  return !isUnresolved(tableName) && !isUnresolved(region);
}

function ownerText({ owner }: TableState): string {
  switch (owner.kind) {
    case 'stack':
      return `stack '${owner.stackName}' (${owner.logicalId})`;
    case 'replica':
      return `a stack in ${owner.primaryRegion}`;
    case 'nobody':
      return 'no stack';
  }
}
