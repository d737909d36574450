import { readFileSync } from 'fs';
import { dirname, join } from 'path';
import { Stack, type IPolicyValidationContext } from 'aws-cdk-lib/core';

/** A resource of a template as it is written there. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: unknown;
  readonly DeletionPolicy?: unknown;
  readonly UpdateReplacePolicy?: unknown;
}

/** A template of the app and what is known of its deployment. */
export interface Template {
  /** Unique in the app. */
  readonly id: string;
  readonly path: string;
  readonly account?: string;
  readonly region?: string;
  readonly resources: { readonly [logicalId: string]: Resource };
  /** The exported values of all templates, by the name of the export. */
  readonly exports: ReadonlyMap<string, ExportedValue>;
}

/** A value that one template exports to others. */
export interface ExportedValue {
  readonly template: Template;
  readonly value: unknown;
}

interface TemplateBody {
  readonly Resources?: Template['resources'];
  readonly Outputs?: { readonly [logicalId: string]: { readonly Value: unknown; readonly Export?: { readonly Name: unknown } } };
}

/** The templates of the stacks that are validated, and those of their nested stacks, which CDK does not list. */
export function readTemplates(context: IPolicyValidationContext): Template[] {
  const listed = new Map(context.stackTemplates.map((stack) => [stack.stackConstructPath, stack]));
  const exports = new Map<string, ExportedValue>();
  return context.appConstruct.node
    .findAll()
    .filter((construct) => Stack.isStack(construct))
    .flatMap((stack) => {
      const entry = listed.get(outermost(stack).node.path);
      if (entry === undefined) {
        return [];
      }
      const path = join(dirname(entry.templatePath), stack.templateFile);
      const body = JSON.parse(readFileSync(path, 'utf8')) as TemplateBody;
      const { accountId: account, region } = entry;
      const template = { id: stack.node.addr, path, account, region, resources: body.Resources ?? {}, exports };
      addExports(exports, template, body);
      return [template];
    });
}

function outermost(stack: Stack): Stack {
  return stack.nestedStackParent === undefined ? stack : outermost(stack.nestedStackParent);
}

function addExports(exports: Map<string, ExportedValue>, template: Template, body: TemplateBody): void {
  for (const { Value: value, Export: exported } of Object.values(body.Outputs ?? {})) {
    if (typeof exported?.Name === 'string') {
      exports.set(exported.Name, { template, value });
    }
  }
}
