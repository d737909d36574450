import { IdentityTablesError, Problems } from '../../errors';
import { UNKNOWN_POLICY, type LiveTable, type TableState } from '../../state';
import { scalableTargets } from '../aws/neighbour-services';
import { checkRegionsApart } from '../verify/check-regions-apart';
import type { LiveAccess } from '../verify/live-access';
import { readRegions, updated, type RegionReading } from '../verify/read-regions';
import { withScaling } from '../verify/scaling';
import { standingTables } from '../verify/standing-tables';
import { withKeys } from '../verify/table-keys';
import { verificationOf } from '../verify/verification';
import { verifyProblems } from '../verify/verify-problems';
import { DeployedParameters } from '../verify/deployed-parameters';
import { deployedStacks } from './deployed-stacks';
import { expiredItems } from './expired';
import { inWordsOfUnread } from './unread';
import type { ScalingTarget } from './input';
import { readLiveExtras } from './live-extras';
import { withMadeNames } from './made-names';
import { ownersInStacks, withOtherOwners, type LiveOwner } from './live-owners';
import { askNeighbour } from '../verify/ask-neighbour';
import { failAtCall } from '../verify/single-call';
import type { LiveFacts, Source } from './source';
import { placeOf, placesOf } from './table';
import type { Json } from './template';

/**
 * Reads the tables of the target and those that its stacks have beside them. It changes nothing.
 * @throws IdentityTablesError with everything that could not be read, since a plan from half the truth is none
 */
export async function readLiveFacts(
  access: LiveAccess,
  app: Source,
  progress: (text: string) => void,
  parameters = new DeployedParameters(access),
): Promise<LiveFacts> {
  // A stack of the target may have lost the last of its tables.
  const regions = [...new Set([...app.states, ...app.stacks].map(({ region }) => region))].sort();
  let read = 0;
  const onRead = (): void => progress(`${++read} tables`);
  const wantedNames = [...new Set(app.states.map(({ tableName }) => tableName))].sort();
  const found = await readRegions(access, regions, wantedNames, onRead);
  // Before any other service is asked: what keeps DynamoDB from answering has words of its own.
  throwProblems(access, found, app.states);
  checkRegionsApart(access, found);
  const owners = await ownersInStacks(access, app);
  const target = withMadeNames(app, owners);
  const wanted = target.states;
  const names = [...new Set([...wantedNames, ...owners.map(({ tableName }) => tableName)])].sort();
  const more = names.filter((name) => !wantedNames.includes(name));
  const known = more.length === 0 ? found : updated(found, await readRegions(access, regions, more, onRead), new Set(more));
  // Replicas in regions that the target leaves.
  const left = known.flatMap(({ tables }) => tables.flatMap(({ state }) => state.replicaRegions));
  const others = [...new Set(left)].filter((region) => !regions.includes(region));
  const readings = [...known, ...(await readRegions(access, others, names, onRead))];
  throwProblems(access, readings, wanted);
  const scaled = await Promise.all(
    readings.map(async (reading) => {
      const services = access.neighbours(reading.region);
      return { ...reading, ...(await withKeys(services, await withScaling(services, reading.tables), wanted)) };
    }),
  );
  throwProblems(access, scaled, wanted);
  const tables = standingTables(scaled);
  const live = tables.map(({ state }) => state);
  const deployed = withMadeNames(await deployedStacks(access, target, live, parameters), owners);
  return factsOf(scaled, await withOtherOwners(access, owners, tables, wanted), access, { target, deployed });
}

function throwProblems(access: LiveAccess, readings: readonly RegionReading[], wanted: readonly TableState[]): void {
  const verification = verificationOf(readings, standingTables(readings), wanted, []);
  const problems = verifyProblems(access, verification, wanted);
  if (problems.length > 0) {
    throw new IdentityTablesError(problems);
  }
}

async function factsOf(
  readings: readonly RegionReading[],
  owners: readonly LiveOwner[],
  access: LiveAccess,
  { target, deployed }: { readonly target: Source; readonly deployed: Source },
): Promise<LiveFacts> {
  const tables = standingTables(readings);
  checkPassing(tables);
  const told = [...deployed.states, ...target.states];
  const types = new Map(owners.map(({ region, stackName, logicalId, type }) => [`${region}/${stackName}/${logicalId}`, type]));
  const current = tables.map((table) => {
    const state = ownedState(table.state, owners, target);
    return inWordsOfUnread({ ...table, state }, told);
  });
  const between = (isTtl: boolean): string[] =>
    tables
      .filter(({ inBetween }) => inBetween.some(({ subject }) => (subject === 'ttl') === isTtl))
      .map(({ state }) => placeOf({ name: state.tableName }, state.region));
  return {
    target,
    current,
    deployed,
    streams: streamsOf(tables),
    resolveKey: (alias, region) => readings.find((reading) => reading.region === region)?.aliases?.get(alias),
    inBetween: between(false),
    ttlChanging: [...between(true), ...turnedOffBefore(deployed)],
    scalingTargets: await scalingTargetsOf(access, current),
    expiredItems: await expiredItems(access, current, target.states),
    legacyGlobalTables: await legacyGlobalTables(access, current),
    liveExtras: await readLiveExtras(access, current, [deployed, target]),
    resourceOf: (stack, logicalId) => ({
      type: types.get(`${stack.slice(stack.indexOf('/') + 1)}/${logicalId}`) ?? 'AWS::DynamoDB::GlobalTable',
    }),
  };
}

function streamsOf(tables: readonly LiveTable[]): Map<string, string> {
  return new Map(
    tables.flatMap(({ state, streamArn }) =>
      streamArn === undefined ? [] : [[placeOf({ name: state.tableName }, state.region), streamArn] as const],
    ),
  );
}

/** A template names the attribute of a TTL that it turns off after a change of it alone: an earlier plan may have made it within the hour. */
function turnedOffBefore({ tables, stacks }: Source): string[] {
  return stacks.flatMap(({ key, template }) =>
    (tables.get(key) ?? [])
      .filter(({ owner }) => isTurnedOff(template.Resources?.[owner?.logicalId ?? '']?.Properties))
      .flatMap(placesOf),
  );
}

function isTurnedOff({ TimeToLiveSpecification: ttl = {} }: Json = {}): boolean {
  const { AttributeName: attribute, Enabled: enabled } = ttl as Json;
  return attribute !== undefined && String(enabled) === 'false';
}

/** Live tables are in the account of the target: another one is a problem that was told by then. */
function ownedState(state: TableState, owners: readonly LiveOwner[], { states: wanted, stacks }: Source): TableState {
  const own = owners.find(({ tableName, region }) => tableName === state.tableName && region === state.region);
  const same = wanted.find(({ tableName, region }) => tableName === state.tableName && region === state.region);
  return {
    ...state,
    account: same?.account ?? stacks[0].key.split('/')[0],
    owner:
      own === undefined
        ? { kind: 'nobody' }
        : { kind: 'stack', stackName: own.stackName, logicalId: own.logicalId, deletionPolicy: UNKNOWN_POLICY },
  };
}

async function scalingTargetsOf(access: LiveAccess, states: readonly TableState[]): Promise<ScalingTarget[]> {
  const provisioned = states.filter(({ billing }) => billing.mode === 'PROVISIONED');
  const regions = [...new Set(provisioned.map(({ region }) => region))];
  const found = await Promise.all(
    regions.map(async (region) => {
      const targets =
        (await askNeighbour(access, `the scaling of tables in ${region}`, () => scalableTargets(access.neighbours(region)))) ??
        [];
      return targets.map(({ ResourceId: resourceId, ScalableDimension: dimension }) => ({
        tableName: resourceId.split('/')[1],
        region,
        resourceId,
        dimension,
      }));
    }),
  );
  return found.flat();
}

/** Tables of version 2017.11.29 are the ones that DescribeGlobalTable knows. Asked for those only that are to be imported. */
async function legacyGlobalTables(access: LiveAccess, states: readonly TableState[]): Promise<string[]> {
  // A replica has its owner in another region.
  const isOwned = ({ tableName, region }: TableState): boolean =>
    states.some(
      (other) => other.tableName === tableName && other.owner.kind === 'stack' && other.replicaRegions.includes(region),
    );
  const candidates = states.filter((state) => !isOwned(state));
  const found: string[] = [];
  for (const { tableName, region } of candidates) {
    const { sdk, client, excuse } = access.reader(region);
    try {
      await client.send(new sdk.DescribeGlobalTableCommand({ GlobalTableName: tableName }));
      found.push(tableName);
    } catch (error) {
      // A server without the call has no tables of that version.
      if (!(error instanceof sdk.GlobalTableNotFoundException) && excuse(error)?.cause !== 'unsupported') {
        failAtCall(error, access, `whether '${tableName}' in ${region} is a global table of version 2017.11.29`);
      }
    }
  }
  return [...new Set(found)];
}

/** Nothing can be planned for a table that waiting does not help. */
function checkPassing(tables: readonly LiveTable[]): void {
  const problems = new Problems();
  for (const { state, inBetween } of tables) {
    for (const { subject, status, meaning } of inBetween.filter(({ passes }) => !passes)) {
      problems.add('IDT1311', {
        what: `${subject} of '${state.tableName}' in ${state.region} is ${status}: ${meaning}`,
        given: status,
      });
    }
  }
  problems.throwIfAny();
}
