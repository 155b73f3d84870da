// Finds a key that stands twice in one object: JSON.parse would let the last one win without a word.

/** `text` must be JSON. */
export function hasDuplicateKey(text: string): boolean {
  const open: Set<string>[] = [];
  // Strings (with a colon if they are keys) and brackets; nothing else matters here.
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
