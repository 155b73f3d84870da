// Which resources of a template name which others, and whether any of them waits for itself.

/** The logical ids of all that a resource names: in its properties, its policies of updates, and what it depends on. */
export function referencesOf(value: unknown): Set<string> {
  const found = new Set<string>();
  collect(value, found);
  return found;
}

function collect(value: unknown, found: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === "Ref" && typeof inner === "string") found.add(inner);
    else if (key === "Fn::GetAtt" && Array.isArray(inner)) found.add(String(inner[0]));
    else if (key === "Fn::Sub")
      for (const [, id] of JSON.stringify(inner).matchAll(/\$\{(\w+)/g)) found.add(String(id));
    else if (key === "DependsOn") for (const id of [inner].flat()) found.add(String(id));
    else collect(inner, found);
  }
}

/** Returns the resources of a circle, in order; empty: CloudFormation can build one after the other. */
export function findCircle(resources: Readonly<Record<string, unknown>>): string[] {
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]): string[] => {
    if (path.includes(id)) return [...path.slice(path.indexOf(id)), id];
    if (done.has(id) || !(id in resources)) return [];
    for (const next of referencesOf(resources[id])) {
      const circle = visit(next, [...path, id]);
      if (circle.length > 0) return circle;
    }
    done.add(id);
    return [];
  };
  for (const id of Object.keys(resources)) {
    const circle = visit(id, []);
    if (circle.length > 0) return circle;
  }
  return [];
}
