export { AWS_REGIONS, partitionOf } from './aws-regions';
export { CODES, type Code } from './codes';
export { didYouMean, editDistance, nearest, quoted } from './did-you-mean';
export { LIMITS, NAME_CHARACTERS } from './limits';
export { fail, formatProblem, IdentityTablesError, Problems, type Problem, type ProblemDetail } from './problems';
export { shellWord } from './shell-word';
export { WARNINGS, warningId, type Warning } from './warnings';
