import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { PlanFile, PlannedStep } from '../../lib/cli/plan/plan-file';
import { runCommand, type Ran } from './support';
import { writeAssembly, type AssemblyStack } from './verify-assembly';
import { StubDynamo } from './verify-stub';

export const EU = 'eu-central-1';
export const US = 'us-east-1';
export const AP = 'ap-southeast-2';

type Json = Record<string, unknown>;

/** A stack of one region with its tables, and what else its template has. */
export interface PlannedStack extends AssemblyStack {
  readonly outputs?: Json;
  /** Other sections of its template, such as Conditions. */
  readonly sections?: Json;
  /** What CloudFormation calls it, when that is not its name in the assembly. */
  readonly stackName?: string;
  /** Names of the stacks that are deployed before it. */
  readonly dependencies?: readonly string[];
}

interface Manifest {
  readonly artifacts: Readonly<Record<string, { readonly properties: Json }>>;
}

export interface WrittenTemplate {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Json }>>;
  readonly Outputs?: Json;
}

/** The exit code of a check and what it says, without the title of the step. */
export interface Checked {
  readonly code: number;
  readonly says: string;
  readonly reasons: readonly string[];
}

export const reached = (number: string): Omit<Checked, 'reasons'> => ({ code: 0, says: `step ${number} is reached` });
export const notReached = (number: string, ...reasons: string[]): Checked => ({
  code: 1,
  says: `step ${number} is not reached`,
  reasons,
});
export const unknown = (number: string, ...reasons: string[]): Checked => ({
  code: 1,
  says: `step ${number} cannot be checked`,
  reasons,
});

/** The command `plan` in a directory of its own, with live tables at a stub. */
export class PlanSetup {
  private constructor(
    public readonly stub: StubDynamo,
    private readonly directory: string,
  ) {}

  public static async start(): Promise<PlanSetup> {
    return new PlanSetup(await StubDynamo.start(), fs.mkdtempSync(path.join(os.tmpdir(), 'plan-setup-')));
  }

  public async stop(): Promise<void> {
    await this.stub.stop();
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  public file(name: string): string {
    return path.join(this.directory, name);
  }

  /** Writes an assembly. @returns its directory */
  public app(name: string, ...stacks: PlannedStack[]): string {
    writeAssembly(this.file(name), stacks);
    const file = this.file(`${name}/manifest.json`);
    const { artifacts, ...manifest } = JSON.parse(fs.readFileSync(file, 'utf8')) as Manifest;
    const named = stacks.map(({ name: stack, tables, outputs, sections, stackName = stack, dependencies = [] }) => {
      const template = { ...sections, Resources: tables, ...(outputs && { Outputs: outputs }) };
      fs.writeFileSync(this.file(`${name}/${stack}.template.json`), JSON.stringify(template));
      const artifact = artifacts[stack];
      return [stack, { ...artifact, dependencies, properties: { ...artifact.properties, stackName } }] as const;
    });
    fs.writeFileSync(file, JSON.stringify({ ...manifest, artifacts: Object.fromEntries(named) }));
    return this.file(name);
  }

  /** Makes the last deployment of the stack in the first region known. */
  public deploy(resources: Json, sections: Json = {}): void {
    this.stub.templates = { [`${EU}/Identity`]: JSON.stringify({ ...sections, Resources: resources }) };
  }

  public between(from: string, to: string, ...more: string[]): Promise<Ran> {
    return this.plan('--from', from, '--app', to, ...more);
  }

  public fromLive(to: string, ...more: string[]): Promise<Ran> {
    return this.plan('--app', to, '--endpoint', this.stub.endpoint, ...more);
  }

  public check(number: string): Promise<Ran> {
    return this.plan('--check', number, '--endpoint', this.stub.endpoint);
  }

  /** What is said of a step. */
  public async checked(number: string): Promise<Checked> {
    const { code, out } = await this.check(number);
    const [says, ...reasons] = out.split('\n');
    return { code, says: says.split(':')[0], reasons: reasons.map((reason) => reason.trim()) };
  }

  public get steps(): readonly PlannedStep[] {
    return (JSON.parse(fs.readFileSync(this.file('plan/plan.json'), 'utf8')) as PlanFile).steps;
  }

  /** The first step that fits, which has to be there. */
  public step(fits: (step: PlannedStep) => boolean): PlannedStep {
    const found = this.steps.find(fits);
    if (found === undefined) {
      throw new Error(`no such step: ${this.steps.map(({ number, kind, title }) => `${number} ${kind} ${title}`).join(', ')}`);
    }
    return found;
  }

  /** The template of a stack in the assembly of a step. */
  public template(number: string, stack: string): WrittenTemplate {
    return JSON.parse(fs.readFileSync(this.file(`plan/${number}/${stack}.template.json`), 'utf8')) as WrittenTemplate;
  }

  public importMapping(number: string): unknown {
    return JSON.parse(fs.readFileSync(this.file(`plan/${number}-import.json`), 'utf8'));
  }

  private plan(...args: string[]): Promise<Ran> {
    return runCommand(['plan', '--output', this.file('plan'), ...args]);
  }
}

/** What DescribeTable says of a replica beside these other ones. */
export function replicaOf(...others: string[]): Json {
  const Replicas = others.map((RegionName) => ({ RegionName, ReplicaStatus: 'ACTIVE' }));
  return { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' }, Replicas };
}

/** Live capacity of a table that a server made. */
export const PROVISIONED: Json = {
  ProvisionedThroughput: { ReadCapacityUnits: 2, WriteCapacityUnits: 2 },
  BillingModeSummary: undefined,
};

export const ttl = (attribute: string): Json => ({ TimeToLiveSpecification: { AttributeName: attribute, Enabled: true } });
