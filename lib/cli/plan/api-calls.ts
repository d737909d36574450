import type { ScalingTarget } from './input';
import type { ApiCall, ApiCallName } from './step';
import type { Table } from './table';

/** Calls on a table that CloudFormation cannot make, as the AWS CLI makes them. */
export const API_ARGUMENTS: {
  readonly [name in Exclude<ApiCallName, 'deregister-scaling' | 'change-setting'>]: (table: string) => string;
} = {
  'billing-on-demand': (table) => `update-table --table-name ${table} --billing-mode PAY_PER_REQUEST`,
  'protection-on': (table) => `update-table --table-name ${table} --deletion-protection-enabled`,
  'protection-off': (table) => `update-table --table-name ${table} --no-deletion-protection-enabled`,
  'create-backup': (table) => `create-backup --table-name ${table} --backup-name before-plan`,
  'delete-table': (table) => `delete-table --table-name ${table}`,
};

export function apiCall(name: keyof typeof API_ARGUMENTS, { name: tableName }: Table, region: string): ApiCall {
  return { name, tableName, region, command: `aws dynamodb ${API_ARGUMENTS[name](tableName)} --region ${region}` };
}

export function deregisterCall({ tableName, region, resourceId, dimension }: ScalingTarget): ApiCall {
  const options = `--service-namespace dynamodb --resource-id ${resourceId} --scalable-dimension ${dimension}`;
  return {
    name: 'deregister-scaling',
    tableName,
    region,
    command: `aws application-autoscaling deregister-scalable-target ${options} --region ${region}`,
  };
}
