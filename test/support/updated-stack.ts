// What moves in an update of the synthesized stack: aliases, their deployment groups, and the alarms that decide.
import { type Facts, target } from "./template.ts";

const MACHINE = "AWS::StepFunctions::StateMachine";

export const ofType = (facts: Facts, type: string) =>
  Object.entries(facts.resources).filter(([, { Type }]) => Type === type);
export const only = (facts: Facts, type: string) => {
  const [found] = ofType(facts, type);
  if (!found) throw new Error(`No ${type}`);
  return { id: found[0], ...found[1] };
};
export const aliasOf = (facts: Facts, name: string) => {
  const { id } = facts.function(name);
  const found = ofType(facts, "AWS::Lambda::Alias").find(([, { Properties }]) => isOf(Properties, id));
  if (!found) throw new Error(`No alias of ${name}`);
  return { id: found[0], resource: found[1] };
};
export const isOf = (properties: Record<string, unknown>, functionId: string) =>
  target(properties["FunctionName"]) === functionId;
export const groupOf = (facts: Facts, alias: unknown) => {
  const { CodeDeployLambdaAliasUpdate: update } = alias as { CodeDeployLambdaAliasUpdate: object };
  const group = facts.resources[target((update as { DeploymentGroupName: unknown }).DeploymentGroupName)];
  return group?.Properties ?? {};
};
export const alarmsOf = (facts: Facts, name: string) => {
  const { AlarmConfiguration } = groupOf(facts, aliasOf(facts, name).resource.UpdatePolicy);
  return (AlarmConfiguration as { Alarms: { Name: unknown }[] }).Alarms.map(({ Name }) => target(Name));
};
export const alarmOf = (facts: Facts, name: string) => {
  const found = ofType(facts, "AWS::CloudWatch::Alarm").find(([, { Properties }]) =>
    JSON.stringify(Properties["AlarmName"]).includes(`"runbooks-${name}-update-"`),
  );
  if (!found) throw new Error(`No alarm on the update of ${name}`);
  return { id: found[0], metrics: found[1].Properties["Metrics"] as Watched[] };
};
type Watched = {
  Id: string;
  Expression?: string;
  MetricStat?: { Metric: { Dimensions: { Name: string; Value: unknown }[] } };
};

export const preferenceOf = (facts: Facts) =>
  only(facts, `${MACHINE}Alias`).Properties["DeploymentPreference"] as Record<string, unknown>;
