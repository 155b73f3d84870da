// The resolved tree of a template, for checking and rendering.
import type { JsonValue } from "../../domain/json.ts";
import type { Shape } from "./shape.ts";

/** `value`: a parameter of an automation. A template that is one expression keeps its JSON type; any other is text. */
export type TemplateKind = "json" | "form" | "text" | "value" | "url" | "header";

/** Line and column count from 1. */
export type Position = { line: number; column: number };
export type TemplateIssue = { message: string } & Position;

/** The start of a path in its frame: the value, or a loop variable. */
export type Take = "value" | "index" | "key" | "first" | "last";

/**
 * A path starts `up` frames above. The root, each `#each` and each `#with` are one frame. So `this`, `../`, `@root`,
 * `@index` and block parameters are alike to the renderer.
 */
export type PathExpression = {
  type: "path";
  up: number;
  take: Take;
  parts: string[];
  /** As it is written. */
  name: string;
  /** How many of `parts` lead to something that can be null by itself. */
  nullable: number[];
};
export type Expression = { type: "literal"; value: JsonValue } | PathExpression | CallExpression;

/** `keys`: the names of the last arguments, for helpers that take named ones. */
export type CallExpression = {
  type: "call";
  name: string;
  args: Expression[];
  keys?: string[];
  at: Position;
};

export type Text = { type: "text"; text: string; at: Position };
export type Write = { type: "write"; value: Expression; shape: Shape; at: Position };
export type If = { type: "if"; condition: Condition; body: Node[]; else: Node[]; at: Position };
export type Each = { type: "each"; over: Expression; body: Node[]; else: Node[]; at: Position };
export type With = {
  type: "with";
  value: Expression;
  shape: Shape;
  body: Node[];
  else: Node[];
  at: Position;
};
export type Node = Text | Write | If | Each | With;

export type Condition = { value: Expression; shape: Shape; zeroIsTrue: boolean };
