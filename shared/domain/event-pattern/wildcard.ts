// The operator `wildcard`: `*` matches any text, `\*` and `\\` are literal. Linear in pattern plus text.

/** Returns the literal parts between the stars, or undefined if the pattern is malformed. */
function splitLiterals(pattern: string): string[] | undefined {
  const parts = [""];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    if (character === "*") {
      if (parts.length > 1 && parts.at(-1) === "") return undefined;
      parts.push("");
      continue;
    }
    const escaped = character === "\\" ? pattern.charAt(++i) : character;
    if (character === "\\" && escaped !== "*" && escaped !== "\\") return undefined;
    parts[parts.length - 1] += escaped;
  }
  return parts;
}

export function wildcardProblem(pattern: string): string | undefined {
  if (splitLiterals(pattern) !== undefined) return undefined;
  return "must not have two stars in a row, and a backslash may stand only before * or another backslash";
}

export function matchesWildcard(pattern: string, text: string): boolean {
  const parts = splitLiterals(pattern);
  const first = parts?.at(0);
  const last = parts?.at(-1);
  if (parts === undefined || first === undefined || last === undefined) return false;
  if (parts.length === 1) return text === first;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false;
  const end = text.length - last.length;
  // The first occurrence of each part leaves the most text for the parts after it. So no backtracking is needed.
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = findPartEnd(part, text, from, end);
    if (found === undefined) return false;
    from = found;
  }
  return true;
}

/** Returns the end of the first occurrence of `part` in `text[from, end)` (Knuth–Morris–Pratt). */
function findPartEnd(part: string, text: string, from: number, end: number): number | undefined {
  if (part.length > end - from) return undefined;
  const prefixTable = buildPrefixTable(part);
  let matched = 0;
  for (let i = from; i < end; i++) {
    while (matched > 0 && part[matched] !== text[i]) matched = prefixTable[matched - 1] ?? 0;
    if (part[matched] === text[i]) matched++;
    if (matched === part.length) return i + 1;
  }
  return undefined;
}

/** Returns, for each prefix, the length of its longest proper prefix that is also a suffix. */
function buildPrefixTable(part: string): number[] {
  const prefixTable = [0];
  for (let i = 1, length = 0; i < part.length; i++) {
    while (length > 0 && part[length] !== part[i]) length = prefixTable[length - 1] ?? 0;
    if (part[length] === part[i]) length++;
    prefixTable.push(length);
  }
  return prefixTable;
}
