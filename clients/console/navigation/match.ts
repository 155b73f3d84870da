// Compares a path with the pattern of a page, such as `/runbooks/{runbookId}`.

/** Returns the parameters of the path by their names, or null if it does not match. */
export function matchPath(pattern: string, path: string): Record<string, string> | null {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  if (wanted.length !== given.length) return null;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const text = given[index] ?? "";
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    const value = name === undefined ? null : decodePart(text);
    if (name === undefined ? part !== text : value === null) return null;
    if (name !== undefined) found[name] = value ?? "";
  }
  return found;
}

/** Null: it is empty, or no percent-encoded UTF-8. */
function decodePart(text: string): string | null {
  try {
    return decodeURIComponent(text) || null;
  } catch {
    return null;
  }
}
