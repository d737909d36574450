import { LIMITS } from '../errors';
import type { InsightsSubject } from './contributor-insights';
import type { TableState } from './table-state';
import type { RegionProperties, TableProperties } from './template-shape';

/** The settings that both kinds of table resources write in the same way. */
export type SharedSettings = Pick<
  TableState,
  'timeToLive' | 'pointInTimeRecovery' | 'deletionProtection' | 'tableClass' | 'encryption' | 'tags' | 'resourcePolicy'
>;

type InsightsProperties = Pick<RegionProperties, 'ContributorInsightsSpecification'> & { readonly IndexName?: string };

export interface EncryptionProperties {
  readonly enabled: boolean | undefined;
  readonly keyId: string | undefined;
}

/** The settings of a table in one region: some are written once for all regions, some for the region. */
export function sharedSettings(
  table: TableProperties,
  region: RegionProperties,
  encryption: EncryptionProperties,
): SharedSettings {
  return {
    timeToLive: timeToLive(table.TimeToLiveSpecification),
    pointInTimeRecovery: pointInTimeRecovery(region.PointInTimeRecoverySpecification),
    deletionProtection: region.DeletionProtectionEnabled ?? false,
    tableClass: region.TableClass ?? 'STANDARD',
    encryption: encryptionState(encryption),
    tags: Object.fromEntries((region.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
    ...(region.ResourcePolicy && { resourcePolicy: region.ResourcePolicy.PolicyDocument }),
  };
}

/** The contributor insights of a table in a region, or of one of its indexes. */
export function insightsSubject({
  IndexName: indexName,
  ContributorInsightsSpecification: insights,
}: InsightsProperties): InsightsSubject {
  const mode = insights?.Mode;
  return { ...(indexName !== undefined && { indexName }), isOn: insights?.Enabled === true, ...(mode !== undefined && { mode }) };
}

function timeToLive(specification: TableProperties['TimeToLiveSpecification']): TableState['timeToLive'] {
  const { Enabled: enabled, AttributeName: attribute } = specification ?? {};
  return enabled === true && attribute !== undefined ? { enabled, attribute } : { enabled: false };
}

function pointInTimeRecovery(
  specification: RegionProperties['PointInTimeRecoverySpecification'],
): TableState['pointInTimeRecovery'] {
  return specification?.PointInTimeRecoveryEnabled === true
    ? { enabled: true, days: specification.RecoveryPeriodInDays ?? LIMITS.recoveryPeriodInDays }
    : { enabled: false };
}

function encryptionState({ enabled, keyId }: EncryptionProperties): TableState['encryption'] {
  if (enabled !== true) {
    return { key: 'AWS_OWNED' };
  }
  return keyId === undefined ? { key: 'AWS_MANAGED' } : { key: 'CUSTOMER_MANAGED', keyId };
}
