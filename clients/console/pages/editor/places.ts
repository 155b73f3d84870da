// Finds the place in a text that a problem is about: a line and column in its words, or a JSON Pointer.
import { syntaxTree } from "@codemirror/language";
import type { Diagnostic } from "@codemirror/lint";
import type { EditorState } from "@codemirror/state";

type SyntaxNode = ReturnType<typeof syntaxTree>["topNode"];

/** `pointer`: within the text, if it is JSON. */
export type Problem = { pointer: string; message: string };

export const placeProblems = (state: EditorState, problems: readonly Problem[]): Diagnostic[] =>
  problems.map((problem) => ({ ...placeOf(state, problem), severity: "error", message: problem.message }));

function placeOf(state: EditorState, { pointer, message }: Problem): { from: number; to: number } {
  const [, lineText, columnText] = /Line (\d+), column (\d+)/i.exec(message) ?? [];
  if (lineText !== undefined) return placeAt(state, Number(lineText), Number(columnText));
  const node = pointer === "" ? null : findNode(state, pointer.split("/").slice(1));
  return node ? { from: node.from, to: node.to } : { from: 0, to: Math.min(1, state.doc.length) };
}

function placeAt(state: EditorState, lineNumber: number, column: number): { from: number; to: number } {
  const line = state.doc.line(Math.min(Math.max(1, lineNumber), state.doc.lines));
  const from = Math.min(line.from + column - 1, line.to);
  // An expression is shown as a whole, anything else as one character.
  const expression = /^\{\{.*?\}\}/.exec(line.text.slice(from - line.from))?.[0];
  return { from, to: Math.min(from + (expression?.length ?? 1), state.doc.length) };
}

/** The node of a JSON text, or the deepest one on the way to it that is there. */
function findNode(state: EditorState, path: readonly string[]): SyntaxNode | null {
  let node = syntaxTree(state).topNode.firstChild;
  for (const name of path) {
    const next: SyntaxNode | null | undefined = node && childAt(state, node, name);
    if (!next) return node?.parent?.name === "Property" ? node.parent.firstChild : node;
    node = next;
  }
  return node;
}

function childAt(state: EditorState, node: SyntaxNode, name: string): SyntaxNode | null | undefined {
  if (node.name === "Array") return childrenOf(node).filter(isValue)[Number(name)];
  const property = node.getChildren("Property").find((each) => {
    const key = each.getChild("PropertyName");
    return key && state.sliceDoc(key.from, key.to) === JSON.stringify(name);
  });
  return property?.lastChild;
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
}

/** Brackets and commas have names of punctuation. */
const isValue = ({ name }: SyntaxNode) => /^[A-Z]/.test(name);
