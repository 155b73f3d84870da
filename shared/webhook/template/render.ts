// Renders a template over its data, each expression by its place, within limits.
import type { JsonValue } from "../../domain/json.ts";
import { Budget } from "./budget.ts";
import { type Compiled, compileTemplate } from "./compile.ts";
import { plainData } from "./data.ts";
import { evaluate, type Frame, holds, isEmpty, nameOf, refuseLostDigits } from "./evaluate.ts";
import { finish } from "./finish.ts";
import type { Place } from "./machine.ts";
import type { Each, If, Node, TemplateKind, With, Write } from "./nodes.ts";
import { issuesError, templateError } from "./render-error.ts";
import { type Data, type DataObject, revealed, Secret, secretsIn } from "./secret.ts";
import type { Shape } from "./shape.ts";
import { writeExpression } from "./write.ts";

/**
 * Throws RunbookError `invalid_template`. For `json` the text is JSON, for `url` its origin is the source's.
 * `written` takes every value that was made of a secret and written.
 */
export function renderTemplate(
  source: string,
  kind: TemplateKind,
  context: DataObject,
  shape: Shape,
  written: Set<string> = new Set(),
): string {
  const { nodes, places } = compiled(source, kind, shape);
  const data = plainData(context);
  const isMasked = secretsIn(data ?? null).some((secret) => secret.isMask);
  return finish(renderNodes(nodes, places, data, written), kind, isMasked ? [] : places.values());
}

/** A value of an automation: exactly one expression keeps its JSON type, everything else is text. */
export function renderValue(source: string, context: DataObject, shape: Shape): JsonValue {
  const { nodes, places } = compiled(source, "value", shape);
  const [only, ...more] = nodes;
  const data = plainData(context);
  if (only?.type !== "write" || more.length > 0) return renderNodes(nodes, places, data, new Set());
  const value = evaluate(only.value, { value: data }, new Budget()) ?? null;
  refuseLostDigits(value, only.value, only.at);
  return structuredClone(revealed(value));
}

function compiled(source: string, kind: TemplateKind, shape: Shape): Compiled {
  const result = compileTemplate(source, kind, shape);
  const [first, ...more] = result.issues;
  if (first !== undefined) throw issuesError(first, more.length);
  return result;
}

function renderNodes(
  nodes: Node[],
  places: ReadonlyMap<Write, Place>,
  data: Data | undefined,
  written: Set<string>,
): string {
  const rendering = new Rendering(places, written);
  rendering.run(nodes, { value: data });
  return rendering.chunks.join("");
}

class Rendering {
  readonly chunks: string[] = [];
  private readonly budget = new Budget();
  private readonly places: ReadonlyMap<Write, Place>;
  private readonly written: Set<string>;

  constructor(places: ReadonlyMap<Write, Place>, written: Set<string>) {
    this.places = places;
    this.written = written;
  }

  run(nodes: Node[], frame: Frame): void {
    for (const node of nodes) this.step(node, frame);
  }

  private step(node: Node, frame: Frame): void {
    this.budget.spend("steps");
    if (node.type === "text") this.put(node.text);
    else if (node.type === "write") this.write(node, frame);
    else if (node.type === "if") this.run(this.holds(node, frame) ? node.body : node.else, frame);
    else if (node.type === "each") this.loop(node, frame);
    else this.enter(node, frame);
  }

  private write(node: Write, frame: Frame): void {
    const note = (secret: string) => {
      if (!this.written.has(secret)) this.budget.spend("secretCharacters", secret.length);
      this.written.add(secret);
    };
    this.put(writeExpression(node, this.placeOf(node), frame, this.budget, note));
  }

  private placeOf(node: Write): Place {
    const place = this.places.get(node);
    if (place === undefined) throw templateError("This expression has no place in the text", node.at);
    return place;
  }

  private holds(node: If, frame: Frame): boolean {
    return holds(node.condition, frame, this.budget);
  }

  private enter(node: With, frame: Frame): void {
    const value = evaluate(node.value, frame, this.budget);
    if (isEmpty(value)) this.run(node.else, frame);
    else this.run(node.body, { value, parent: frame });
  }

  private loop(node: Each, frame: Frame): void {
    const items = entriesOf(evaluate(node.over, frame, this.budget), node);
    if (items.length === 0) this.run(node.else, frame);
    for (const [index, [key, value]] of items.entries()) {
      this.budget.spend("iterations");
      const last = index === items.length - 1;
      this.run(node.body, { value, parent: frame, index, key, first: index === 0, last });
    }
  }

  private put(text: string): void {
    this.budget.spend("outputBytes", Buffer.byteLength(text));
    this.chunks.push(text);
  }
}

/** What a loop goes through; nothing for null, false and "", as in Handlebars. */
function entriesOf(over: Data | undefined, node: Each): [string | number, Data][] {
  if (isEmpty(over)) return [];
  if (Array.isArray(over)) return [...over.entries()];
  if (typeof over === "object" && over !== null && !(over instanceof Secret)) return Object.entries(over);
  throw templateError(`#each needs a list or an object, and ${nameOf(node.over)} is neither`, node.at);
}
