// The keyword `pattern`: ECMAScript syntax as in JSON Schema, matched in linear time by RE2.
import QuickLRU from "quick-lru";
import type { RE2JS } from "re2js";
import { requirePatternEngine } from "./pattern-engine.ts";
import { rewritePattern } from "./pattern-syntax.ts";
import { LIMITS } from "./schema.ts";

/** Maximum RE2 instructions of one pattern (about 5 ms to compile). */
const MAX_INSTRUCTIONS = 2000;
/** Maximum instructions × characters: the worst-case cost of matching one value (about 25 ms). */
const MAX_STEPS = 2_000_000;

/** Compiled patterns by source. One takes about 1 ms to compile. */
const compiledPatterns = /* @__PURE__ */ new QuickLRU<string, RE2JS>({ maxSize: 50 });

export function patternProblem(
  pattern: string,
  maxLength: number = LIMITS.stringCharacters,
): string | undefined {
  if (pattern.length > LIMITS.patternCharacters)
    return `must have at most ${LIMITS.patternCharacters} characters`;
  const invalid = syntaxProblem(pattern);
  if (invalid !== undefined) return `is not a valid regular expression: ${invalid}`;
  const rewritten = rewritePattern(pattern);
  if ("problem" in rewritten) return rewritten.problem;
  if (rewritten.weight > MAX_INSTRUCTIONS) return "repeats too much; use smaller counts in {…}";
  return compiledProblem(rewritten.source, maxLength);
}

/** Whether the text contains a match (patterns are not anchored). The pattern must have been validated. */
export function matchesPattern(pattern: string, text: string): boolean {
  return requireCompiled(pattern)?.test(text) ?? false;
}

function requireCompiled(pattern: string): RE2JS | undefined {
  const known = compiledPatterns.get(pattern);
  if (known) return known;
  const rewritten = rewritePattern(pattern);
  if (!("source" in rewritten)) return undefined;
  const compiled = compile(requirePatternEngine(), rewritten.source);
  compiledPatterns.set(pattern, compiled);
  return compiled;
}

function compile(engine: typeof RE2JS, source: string): RE2JS {
  return engine.compile(engine.translateRegExp(source));
}

/**
 * Returns the syntax error, if any. The built-in engine only parses the pattern. It never matches a text, because it
 * backtracks.
 */
function syntaxProblem(pattern: string): string | undefined {
  if (!pattern.isWellFormed()) return "not well-formed Unicode";
  try {
    new RegExp(pattern, "u");
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^.*\/u: /s, "") : "unreadable";
  }
}

function compiledProblem(source: string, maxLength: number): string | undefined {
  const engine = requirePatternEngine();
  try {
    const steps = compile(engine, source).programSize() * maxLength;
    if (steps <= MAX_STEPS) return undefined;
    return `is too costly for ${maxLength} characters; set a smaller maxLength or simplify the pattern`;
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace("error parsing regexp: ", "") : "";
    return `uses what linear-time matching (RE2) does not have: ${reason}`;
  }
}
