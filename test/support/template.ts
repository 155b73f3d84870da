// The synthesized stack, without bundles, and short ways to ask it for facts.
import { readFileSync } from "node:fs";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { readOptions } from "../../infra/aws/options/options.ts";
import { RunbookStack } from "../../infra/aws/stack.ts";

type Resource = {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  UpdatePolicy?: unknown;
  DependsOn?: string[];
};
export type Statement = {
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource: unknown;
  Principal?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
};

const { context } = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8")) as {
  context: Record<string, unknown>;
};

/**
 * The stack as `cdk deploy -c …` would build it, its functions' code left out. `checked`: every property is held
 * against CloudFormation's schema too, which takes seconds.
 */
export function buildStack(options: Record<string, unknown> = {}, { checked = false } = {}): RunbookStack {
  const app = new App({
    context: { ...context, ...options },
    analyticsReporting: false,
    builtinCloudFormationValidation: checked,
  });
  const codeOf = () => Code.fromInline("export const handler = async () => {};");
  return new RunbookStack(app, { options: readOptions(app.node), codeOf });
}

/** The template, when CDK has held every property against CloudFormation's schema. @throws Error with what it found */
export function synthesizeChecked(options: Record<string, unknown> = {}): Record<string, unknown> {
  const stack = buildStack(options, { checked: true });
  const { root } = stack.node;
  if (!App.isApp(root)) throw new Error("The stack stands alone");
  return root.synth().getStackByName(stack.stackName).template;
}

export class Facts {
  readonly resources: Record<string, Resource>;
  readonly outputs: Record<string, unknown>;
  readonly mappings: Record<string, unknown>;
  readonly stackName: string;
  readonly template: { Resources: Record<string, Resource>; Outputs: Record<string, unknown> };

  constructor(options: Record<string, unknown> = {}, stack = buildStack(options)) {
    this.stackName = stack.stackName;
    const template = Template.fromStack(stack).toJSON() as {
      Resources: Record<string, Resource>;
      Outputs: Record<string, unknown>;
      Mappings: Record<string, unknown>;
    };
    this.template = template;
    this.resources = template.Resources;
    this.outputs = template.Outputs;
    this.mappings = template.Mappings;
  }

  /** Logical id and properties of each resource of a type. */
  all(type: string): [id: string, properties: Record<string, unknown>][] {
    return Object.entries(this.resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, { Properties }]) => [id, Properties]);
  }

  only(type: string): Record<string, unknown> {
    const found = this.all(type);
    const [first] = found;
    if (!first || found.length > 1) throw new Error(`${found.length} resources of type ${type}`);
    return first[1];
  }

  /** A function by the name that the contract gives it. */
  function(name: string): { id: string; properties: Record<string, unknown> } {
    const found = this.all("AWS::Lambda::Function").find(
      ([, p]) => p["FunctionName"] === `${this.stackName}-${name}`,
    );
    if (!found) throw new Error(`No function ${name}`);
    return { id: found[0], properties: found[1] };
  }

  functionNames(): string[] {
    return this.all("AWS::Lambda::Function").map(([, p]) =>
      String(p["FunctionName"]).replace(`${this.stackName}-`, ""),
    );
  }

  /** A variable of a function: text, or what CloudFormation makes text of. */
  variable(functionName: string, name: string): unknown {
    const { Variables } = Object(this.function(functionName).properties["Environment"]) as {
      Variables?: Record<string, unknown>;
    };
    return Variables?.[name];
  }

  /** What a role may do: the statements of its policies. */
  statements(roleId: string): Statement[] {
    return this.all("AWS::IAM::Policy")
      .filter(([, { Roles }]) => (Roles as { Ref: string }[]).some(({ Ref }) => Ref === roleId))
      .flatMap(([, { PolicyDocument }]) => (PolicyDocument as { Statement: Statement[] }).Statement);
  }

  statementsOf(functionName: string, action: string): Statement[] {
    return this.grants(functionName).filter(({ Action }) => list(Action).includes(action));
  }

  grants(functionName: string): Statement[] {
    return this.statements(target(this.function(functionName).properties["Role"]));
  }
}

/** The logical id that a `Ref` or `Fn::GetAtt` points at. */
export function target(reference: unknown): string {
  const { Ref, "Fn::GetAtt": attribute } = Object(reference) as {
    Ref?: string;
    "Fn::GetAtt"?: [string, string];
  };
  const id = Ref ?? attribute?.[0];
  if (!id) throw new Error(`Not a reference: ${JSON.stringify(reference)}`);
  return id;
}

export const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);
