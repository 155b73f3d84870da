// Templates that can be rendered, compiled once for each warm function: an execution renders each of its templates twice.
import QuickLRU from "quick-lru";
import { sha256 } from "../../domain/digest.ts";
import { type CompiledTemplate, compileTemplate } from "./compile.ts";
import type { TemplateKind } from "./nodes.ts";
import { issuesError } from "./render-error.ts";
import type { Shape } from "./shape.ts";

/** By hash of kind, shape and source. Rendering changes none of them. */
const compiled = /* @__PURE__ */ new QuickLRU<string, CompiledTemplate>({ maxSize: 100 });

/** @throws `invalid_template` with the first issue. */
export function requireCompiled(source: string, kind: TemplateKind, shape: Shape): CompiledTemplate {
  const key = sha256(JSON.stringify([kind, shape, source]));
  const known = compiled.get(key);
  if (known) return known;
  const result = compileTemplate(source, kind, shape);
  const [first, ...more] = result.issues;
  if (first !== undefined) throw issuesError(first, more.length);
  compiled.set(key, result);
  return result;
}
