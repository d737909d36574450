import { at, items } from './intrinsics';
import type { Resource, Template } from './templates';
import { text, UNKNOWN_TEXT } from './text';

/** One entry of the property Replicas. */
export interface Replica {
  /** Its place in the resource, such as `Properties.Replicas.0`. */
  readonly location: string;
  /** Its region, or UNKNOWN_TEXT. */
  readonly region: string;
  /** Its region for a message, or its position where the region is not known. */
  readonly label: string;
  readonly properties: unknown;
}

/** A resource of type AWS::DynamoDB::GlobalTable. */
export interface GlobalTable {
  readonly logicalId: string;
  readonly template: Template;
  readonly resource: Resource;
  readonly properties: unknown;
  /** The replicas that are there for certain, the one of the stack's own region included. */
  readonly replicas: readonly Replica[];
  /** The replica in the region of the stack; where that is not known the last one, since CDK writes it there. */
  readonly primary?: Replica;
}

export function globalTablesOf(template: Template): GlobalTable[] {
  return Object.entries(template.resources)
    .filter(([, resource]) => resource.Type === 'AWS::DynamoDB::GlobalTable')
    .map(([logicalId, resource]) => globalTable(logicalId, resource, template));
}

function globalTable(logicalId: string, resource: Resource, template: Template): GlobalTable {
  const replicas = items(resource.Properties, 'Replicas').map(({ index, item }) => replica(index, item, template));
  const primary = replicas.find(({ region }) => region === template.region) ?? replicas.at(-1);
  return { logicalId, template, resource, properties: resource.Properties, replicas, primary };
}

function replica(index: number, properties: unknown, template: Template): Replica {
  const given = at(properties, 'Region') === undefined ? undefined : (properties as { Region: unknown }).Region;
  const region = text(given, template);
  const isKnown = !region.includes(UNKNOWN_TEXT);
  return {
    location: `Properties.Replicas.${index}`,
    region: isKnown ? region : UNKNOWN_TEXT,
    label: isKnown ? region : `replica ${index}`,
    properties,
  };
}
