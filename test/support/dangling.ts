// References of a template that lead nowhere: CloudFormation would refuse it before it makes anything.

type Template = {
  Resources: Readonly<Record<string, { DependsOn?: string | readonly string[] }>>;
  Parameters?: Readonly<Record<string, unknown>>;
  Mappings?: Readonly<Record<string, unknown>>;
  Conditions?: Readonly<Record<string, unknown>>;
};

/** Returns a line for each, and for each token that CDK has not resolved. */
export function findDangling(template: Template): string[] {
  const known = new Set([...Object.keys(template.Resources), ...Object.keys(template.Parameters ?? {})]);
  const lost = namesIn(template).filter((name) => !name.startsWith("AWS::") && !known.has(name));
  const after = Object.values(template.Resources).flatMap(({ DependsOn = [] }) => DependsOn);
  const tokens = JSON.stringify(template).match(/\$\{Token\[[^\]]*\]\}|\[object Object\]|undefined/g) ?? [];
  return [...lost, ...after.filter((name) => !known.has(name)), ...tokens].map(
    (name) => `${name} is nowhere`,
  );
}

/** The logical names that intrinsic functions refer to. */
function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    if (key === "Ref") return [String(item)];
    if (key === "Fn::GetAtt") return [String(Array.isArray(item) ? item[0] : String(item).split(".")[0])];
    if (key === "Fn::Sub") return [...String(item).matchAll(/\$\{([\w:]+)/g)].map(([, name = ""]) => name);
    return namesIn(item);
  });
}
