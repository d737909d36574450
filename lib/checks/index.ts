export { IdentityTablesChecks, type IdentityTablesChecksProps } from './identity-tables-checks';
