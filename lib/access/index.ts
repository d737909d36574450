export { administerStatements } from './administer';
export { deployStatements, type DeployOptions } from './deploy';
export { guardrailStatements, type GuardrailKind, type GuardrailOptions } from './guardrail';
export { IdentityTablesGrants, type GrantsProps } from './identity-tables-grants';
export { locationOf, tableArn, type AccessTable, type RegionalAccess } from './location';
export { StartUp, type AdministerGrantOptions, type RuntimeGrantOptions } from './options';
export { DESCRIBE_ACTIONS, ITEM_ACTIONS, runtimeStatements } from './runtime';
export { IAM_LIMITS, packStatements, policyDocument, policySize, type PolicyDocument, type Statement } from './statement';
export { verifyStatements } from './verify';
