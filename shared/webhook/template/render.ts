// Renders a template within limits. Escapes each expression by its output context.
import type { JsonValue } from "../../domain/json.ts";
import { Budget } from "./budget.ts";
import { requireCompiled } from "./compiled.ts";
import { toPlainData } from "./data.ts";
import { evaluate, type Frame, isConditionTrue, isEmpty, refuseLostDigits } from "./evaluate.ts";
import { nameOf } from "./expression-names.ts";
import { finalizeOutput } from "./finish.ts";
import type { OutputContext } from "./machine.ts";
import type { Each, If, Node, TemplateKind, With, Write } from "./nodes.ts";
import { templateError } from "./render-error.ts";
import { type Data, type DataObject, findSecrets, revealSecrets, Secret } from "./secret.ts";
import { BLOCK_MARK } from "./separators.ts";
import type { Shape } from "./shape.ts";
import { writeExpression } from "./write.ts";

/**
 * Returns the rendered text: valid JSON for `json`, a URL with the source's origin for `url`. `written` receives every
 * written value that was derived from a secret. @throws `invalid_template`
 */
export function renderTemplate(
  source: string,
  kind: TemplateKind,
  context: DataObject,
  shape: Shape,
  secretTexts: Set<string> = new Set(),
): string {
  const { nodes, outputContexts } = requireCompiled(source, kind, shape);
  const data = toPlainData(context);
  const isMasked = findSecrets(data ?? null).some((secret) => secret.isMask);
  return finalizeOutput(
    renderNodes(nodes, outputContexts, data, secretTexts, kind),
    kind,
    isMasked ? [] : outputContexts.values(),
  );
}

/**
 * Returns a parameter value of an automation. A template that is exactly one expression keeps its JSON type. Otherwise
 * the result is text.
 */
export function renderValue(source: string, context: DataObject, shape: Shape): JsonValue {
  const { nodes, outputContexts } = requireCompiled(source, "value", shape);
  const [only, ...more] = nodes;
  const data = toPlainData(context);
  if (only?.type !== "write" || more.length > 0)
    return renderNodes(nodes, outputContexts, data, new Set(), "value");
  const value = evaluate(only.value, { value: data }, new Budget()) ?? null;
  refuseLostDigits(value, only.value, only.at);
  return structuredClone(revealSecrets(value));
}

function renderNodes(
  nodes: Node[],
  places: ReadonlyMap<Write, OutputContext>,
  data: Data | undefined,
  secretTexts: Set<string>,
  kind: TemplateKind,
): string {
  const rendering = new Rendering(places, secretTexts, SEPARATED.has(kind));
  rendering.renderNodes(nodes, { value: data });
  return rendering.chunks.join("");
}

/** Kinds whose separators are placed around blocks. */
const SEPARATED: ReadonlySet<TemplateKind> = new Set(["json", "form", "url"]);

class Rendering {
  readonly chunks: string[] = [];
  private readonly budget = new Budget();
  private readonly outputContexts: ReadonlyMap<Write, OutputContext>;
  private readonly secretTexts: Set<string>;
  private readonly marksBlocks: boolean;

  constructor(places: ReadonlyMap<Write, OutputContext>, secretTexts: Set<string>, marksBlocks: boolean) {
    this.outputContexts = places;
    this.marksBlocks = marksBlocks;
    this.secretTexts = secretTexts;
  }

  renderNodes(nodes: Node[], frame: Frame): void {
    for (const node of nodes) this.step(node, frame);
  }

  private step(node: Node, frame: Frame): void {
    this.budget.spend("steps");
    if (node.type === "text") this.put(node.text);
    else if (node.type === "write") this.write(node, frame);
    else if (node.type === "if")
      this.renderBlock(this.isConditionTrue(node, frame) ? node.body : node.else, frame);
    else if (node.type === "each") this.loop(node, frame);
    else this.renderWith(node, frame);
  }

  private write(node: Write, frame: Frame): void {
    const recordSecret = (secret: string) => {
      if (!this.secretTexts.has(secret)) this.budget.spend("secretCharacters", secret.length);
      this.secretTexts.add(secret);
    };
    this.put(writeExpression(node, this.outputContextOf(node), frame, this.budget, recordSecret));
  }

  private outputContextOf(node: Write): OutputContext {
    const outputContext = this.outputContexts.get(node);
    if (outputContext === undefined) throw templateError("This expression has no place in the text", node.at);
    return outputContext;
  }

  private isConditionTrue(node: If, frame: Frame): boolean {
    return isConditionTrue(node.condition, frame, this.budget);
  }

  private renderWith(node: With, frame: Frame): void {
    const value = evaluate(node.value, frame, this.budget);
    if (isEmpty(value)) this.renderBlock(node.else, frame);
    else this.renderBlock(node.body, { value, parent: frame });
  }

  private loop(node: Each, frame: Frame): void {
    const items = entriesOf(evaluate(node.over, frame, this.budget), node);
    if (items.length === 0) this.renderBlock(node.else, frame);
    for (const [index, [key, value]] of items.entries()) {
      this.budget.spend("iterations");
      const last = index === items.length - 1;
      this.renderBlock(node.body, { value, parent: frame, index, key, first: index === 0, last });
    }
  }

  private renderBlock(nodes: Node[], frame: Frame): void {
    if (this.marksBlocks) this.chunks.push(BLOCK_MARK);
    this.renderNodes(nodes, frame);
    if (this.marksBlocks) this.chunks.push(BLOCK_MARK);
  }

  private put(text: string): void {
    this.budget.spend("outputBytes", Buffer.byteLength(text));
    this.chunks.push(text);
  }
}

/** Returns the items of a loop; none for null, false and "", as in Handlebars. */
function entriesOf(over: Data | undefined, node: Each): [string | number, Data][] {
  if (isEmpty(over)) return [];
  if (Array.isArray(over)) return [...over.entries()];
  if (typeof over === "object" && over !== null && !(over instanceof Secret)) return Object.entries(over);
  throw templateError(`#each needs an array or an object, and ${nameOf(node.over)} is neither`, node.at);
}
