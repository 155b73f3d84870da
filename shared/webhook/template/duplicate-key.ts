// Finds duplicate keys of a JSON object. JSON.parse would silently keep the last one.

/** Whether an object in `text`, which must be JSON, has a duplicate key. */
export function hasDuplicateKey(text: string): boolean {
  const open: Set<string>[] = [];
  // Only strings (keys with their colon) and brackets matter here.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}[\]]/g)) {
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (token.endsWith(":")) {
      const key: string = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1));
      if (open.at(-1)?.has(key)) return true;
      open.at(-1)?.add(key);
    }
  }
  return false;
}
