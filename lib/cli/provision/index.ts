export { checkBuildable, checkEqualNames, checkKnownNames } from './buildable';
export type { NotApplied } from './create-request';
export { provision, type Ending, type Fate, type Provisioned, type TableOutcome } from './provision';
