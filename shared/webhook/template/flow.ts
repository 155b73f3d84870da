// Traces every path through a template. Finds the output context of each expression, or the first conflict.
import { isProblem, type OutputContext, type OutputReader, type Problem } from "./machine.ts";
import type { Each, If, Node, Position, TemplateIssue, Text, Write } from "./nodes.ts";

type Flow = { outputContexts: Map<Write, OutputContext>; issue?: TemplateIssue };

/** The possible reader states, by key. Usually one; two where a comma is optional. */
type States<S> = ReadonlyMap<string, S>;

/** The traced pass of the innermost loop; `undefined` outside loops. */
type Pass = { first: boolean; last: boolean } | undefined;
type Walk = { depth: number; pass: Pass };

class TraceError extends Error {
  readonly issue: TemplateIssue;
  constructor(message: string, at: Position) {
    super(message);
    this.issue = { message, line: at.line, column: at.column };
  }
}

export function traceTemplate<S>(nodes: Node[], reader: OutputReader<S & object>, source: string): Flow {
  const tracer = new Tracer(reader);
  try {
    tracer.trace(nodes, source);
    return { outputContexts: tracer.outputContexts };
  } catch (error) {
    if (error instanceof TraceError) return { outputContexts: tracer.outputContexts, issue: error.issue };
    throw error;
  }
}

class Tracer<S extends object> {
  readonly outputContexts = new Map<Write, OutputContext>();
  /**
   * Memoizes the end states of loops. They depend only on the start states, so nested loops cost no more than flat
   * ones.
   */
  private readonly loops = new Map<Each, Map<string, States<S>>>();
  private readonly reader: OutputReader<S>;

  constructor(reader: OutputReader<S>) {
    this.reader = reader;
  }

  trace(nodes: Node[], source: string): void {
    const states = this.walk(nodes, keyStates([this.reader.start]), { depth: 0, pass: undefined });
    for (const state of states.values()) {
      const missing = this.reader.end(state);
      if (missing !== undefined) throw new TraceError(missing.problem, locateEnd(source));
    }
  }

  private walk(nodes: Node[], states: States<S>, way: Walk): States<S> {
    return nodes.reduce((before, node) => this.step(node, before, way), states);
  }

  private step(node: Node, states: States<S>, way: Walk): States<S> {
    if (node.type === "text") {
      return this.each(states, node, (state) => this.reader.text(state, node.text, way.depth > 0));
    }
    if (node.type === "write") return this.each(states, node, (state) => this.write(node, state));
    const start = this.crossBoundary(states, node);
    const inside = { ...way, depth: way.depth + 1 };
    if (node.type === "each") return this.loop(node, start, inside);
    if (node.type === "if") return this.branch(node, start, inside);
    return this.join(node, [this.walk(node.body, start, inside), this.walk(node.else, start, inside)]);
  }

  private write(node: Write, state: S): S | Problem {
    const written = this.reader.write(state);
    if (isProblem(written)) return written;
    const before = this.outputContexts.get(node) ?? written.outputContext;
    if (before !== written.outputContext)
      throw new TraceError("this expression has a different position in each branch", node.at);
    this.outputContexts.set(node, written.outputContext);
    return written.state;
  }

  /** `@first`, `@last` and `@index` are known in each pass, so conditions for commas between items can be evaluated. */
  private branch(node: If, start: States<S>, way: Walk): States<S> {
    const known = way.pass && evaluateInPass(way.pass, node);
    const taken = known === undefined ? [node.body, node.else] : [known ? node.body : node.else];
    return this.join(
      node,
      taken.map((nodes) => this.walk(nodes, start, way)),
    );
  }

  private loop(node: Each, start: States<S>, way: Walk): States<S> {
    const known = this.loops.get(node) ?? new Map<string, States<S>>();
    this.loops.set(node, known);
    const key = [...start.keys()].sort().join();
    const end = known.get(key) ?? this.passes(node, start, way);
    known.set(key, end);
    return end;
  }

  private passes(node: Each, start: States<S>, way: Walk): States<S> {
    const pass = (states: States<S>, first: boolean, last: boolean): States<S> =>
      this.join(node, [states, this.walk(node.body, states, { ...way, pass: { first, last } })], 1);
    const only = pass(start, true, true);
    let middle = pass(start, true, false);
    for (let size = 0; size !== middle.size; ) {
      size = middle.size;
      middle = union([middle, pass(middle, false, false)]);
    }
    const last = pass(middle, false, true);
    return this.join(node, [this.walk(node.else, start, { ...way, pass: way.pass }), only, last]);
  }

  private each(states: States<S>, node: Text | Write, next: (state: S) => S | Problem): States<S> {
    const ends = [...states.values()].map((state) => {
      const end = next(state);
      if (isProblem(end)) throw new TraceError(end.problem, locateOffset(node, end.offset));
      return end;
    });
    return keyStates(ends);
  }

  private crossBoundary(states: States<S>, node: Node): States<S> {
    return keyStates(
      [...states.values()].map((state) => {
        const end = this.reader.crossBoundary(state);
        if (isProblem(end)) throw new TraceError(end.problem, node.at);
        return end;
      }),
    );
  }

  /**
   * Returns the end states of a block's branches, which must be compatible. Branches before `from` are only compared.
   */
  private join(node: Node, ways: States<S>[], from = 0): States<S> {
    const ends = ways.map((states) => this.crossBoundary(states, node));
    const branchKeys = new Set([...union(ends).values()].map((state) => this.reader.branchKey(state)));
    if (branchKeys.size > 1) {
      throw new TraceError(
        node.type === "each"
          ? "the body of #each must end in the position where it began"
          : "the branches of this block end in different positions",
        node.at,
      );
    }
    return union(ends.slice(from));
  }
}

function keyStates<S>(states: S[]): States<S> {
  return new Map(states.map((state) => [JSON.stringify(state), state]));
}

function union<S>(ways: States<S>[]): States<S> {
  return new Map(ways.flatMap((states) => [...states]));
}

function evaluateInPass(pass: { first: boolean; last: boolean }, { condition }: If): boolean | undefined {
  const { value, zeroIsTrue } = condition;
  if (value.type !== "path" || value.up !== 0) return undefined;
  if (value.take === "first") return pass.first;
  if (value.take === "last") return pass.last;
  return value.take === "index" && !zeroIsTrue ? !pass.first : undefined;
}

/** Returns the position of a character in a text node, or an expression's own position. */
export function locateOffset(node: Text | Write, offset: number): Position {
  if (node.type === "write") return node.at;
  const lines = node.text.slice(0, offset).split("\n");
  const column = lines.length === 1 ? node.at.column : 1;
  return { line: node.at.line + lines.length - 1, column: column + (lines.at(-1)?.length ?? 0) };
}

function locateEnd(source: string): Position {
  const lines = source.split("\n");
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
