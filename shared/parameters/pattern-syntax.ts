// Translates an ECMAScript pattern to RE2 without changing its meaning, and estimates its cost before compilation.

/** Constructs that RE2 silently interprets differently, and their RE2 equivalent. */
const WHITE_SPACE =
  "\\t-\\r\\x20\\xa0\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}";
const NOT_WHITE_SPACE =
  "\\x00-\\x08\\x0e-\\x1f\\x21-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}" +
  "\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}";
const ANY_BUT_LINE_END = "[^\\n\\r\\x{2028}\\x{2029}]";

const TOKEN =
  /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u\{[0-9a-fA-F]+\}|\\[pP]\{[^}]*\}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\c[A-Za-z]|\\.|\(\?<[A-Za-z_$][\w$]*>|\(\?<[=!]|\(\?[=!:]|\(\?|\{\d+(?:,\d*)?\}|[\s\S]/gu;

const UNSUPPORTED: ReadonlyArray<{ token: RegExp; problem: string }> = [
  { token: /^\(\?<?[=!]$/, problem: "uses look-around, which does not exist in linear-time matching" },
  { token: /^\\[1-9k]$/, problem: "uses a back-reference, which does not exist in linear-time matching" },
  { token: /^\(\?$/, problem: "uses inline flags or an unusual group name, which are not supported" },
];

type RewrittenPattern = { source: string; weight: number } | { problem: string };

/**
 * Returns the RE2 pattern. `pattern` must be valid with the flag `u`. `weight` is roughly the number of RE2
 * instructions.
 */
export function rewritePattern(pattern: string): RewrittenPattern {
  const source: string[] = [];
  const weight = new Weight();
  let inClass = false;
  for (const [token] of pattern.matchAll(TOKEN)) {
    const unsupported = inClass ? undefined : UNSUPPORTED.find((r) => r.token.test(token));
    if (unsupported !== undefined) return { problem: unsupported.problem };
    source.push(inClass ? rewriteClassToken(token) : rewriteToken(token));
    if (inClass) inClass = token !== "]";
    else {
      weight.add(token);
      inClass = token === "[";
    }
  }
  return { source: source.join(""), weight: weight.total() };
}

function rewriteToken(token: string): string {
  if (token === ".") return ANY_BUT_LINE_END;
  if (token === "\\s") return `[${WHITE_SPACE}]`;
  if (token === "\\S") return `[^${WHITE_SPACE}]`;
  return rewriteSurrogatePair(token) ?? token;
}

function rewriteClassToken(token: string): string {
  if (token === "\\s") return WHITE_SPACE;
  if (token === "\\S") return NOT_WHITE_SPACE;
  if (token === "\\b") return "\\x08";
  if (token === "[") return "\\["; // or RE2 would see a POSIX class in "[[:alpha:]"
  return rewriteSurrogatePair(token) ?? token;
}

/** Joins two escapes that form one character. */
function rewriteSurrogatePair(token: string): string | undefined {
  const halves = /^\\u(.{4})\\u(.{4})$/.exec(token);
  if (halves === null) return undefined;
  const character = String.fromCharCode(parseInt(`${halves[1]}`, 16), parseInt(`${halves[2]}`, 16));
  return `\\x{${character.codePointAt(0)?.toString(16)}}`;
}

/** Estimates instructions before RE2 compiles: RE2 unrolls counted repetition, so `(a{30}){30}` is 900 instructions. */
class Weight {
  #groups: number[] = [];
  #sum = 0;
  #last = 0;

  add(token: string): void {
    if (token === "|") this.#atom(1);
    else if (token.startsWith("{")) this.#last *= Math.max(1, ...token.slice(1, -1).split(",").map(Number));
    else if (token === "*" || token === "+" || token === "?") this.#last += 1;
    else if (token.startsWith("(")) this.#open();
    else if (token === ")") this.#close();
    else this.#atom(1);
  }

  total(): number {
    return this.#groups.reduce((sum, n) => sum + n, this.#sum + this.#last);
  }

  #atom(weight: number): void {
    this.#sum += this.#last;
    this.#last = weight;
  }

  #open(): void {
    this.#groups.push(this.#sum + this.#last);
    this.#sum = 0;
    this.#last = 0;
  }

  #close(): void {
    const inner = this.#sum + this.#last + 2;
    this.#sum = this.#groups.pop() ?? 0;
    this.#last = inner;
  }
}
