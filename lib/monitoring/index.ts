export { IdentityTablesMonitoring, type IdentityTablesMonitoringProps } from './identity-tables-monitoring';
