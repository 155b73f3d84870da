// The text of a YAML file: its value, and where in the text each part of it stands.
import { isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from "yaml";
import { type JsonObject, pathOf } from "./json.ts";

/** `line` and `column` count from 1. */
export type Problem = { file: string; line: number; column: number; message: string };

/** A file that was read. Its value is not yet checked. */
export type Source = {
  file: string;
  value: JsonObject;
  /** Says that something is wrong at the pointer, or, if nothing stands there, at what it would stand in. */
  problem: (pointer: string, message: string) => Problem;
};

/** Aliases may not make a small file large. */
const MAX_ALIASES = 100;

/** Returns the source, or what is wrong with the text. */
export function readSource(file: string, text: string): Source | Problem[] {
  const lines = new LineCounter();
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const all = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const [document, second] = "empty" in all ? [] : all;
  if (!document) return [{ ...place(0), message: "The file is empty." }];
  if (second) return [{ ...place(second.range[0]), message: "The file holds more than one document." }];
  const wrong = [...document.errors, ...document.warnings];
  if (wrong.length > 0) return wrong.map(({ pos, message }) => ({ ...place(pos[0]), message }));
  const { contents } = document;
  if (!isMap(contents)) return [{ ...place(contents?.range?.[0] ?? 0), message: "The file is no object." }];
  try {
    const value = document.toJS({ maxAliasCount: MAX_ALIASES }) as JsonObject;
    const problem = (pointer: string, message: string) => ({
      ...place(offsetOf(contents, pointer)),
      message,
    });
    return { file, value, problem };
  } catch (error) {
    return [{ ...place(0), message: error instanceof Error ? error.message : String(error) }];
  }
}

/** Offset of the value at the pointer; of a member that has none, or lies in nothing: of the name that comes last. */
function offsetOf(contents: Node, pointer: string): number {
  let offset = contents.range?.[0] ?? 0;
  let node: Node | null = contents;
  for (const name of pathOf(pointer)) {
    const found: Found | null = memberOf(node, name);
    if (!found) return offset;
    offset = found.value?.range?.[0] ?? found.offset;
    // What is missing in an object is looked for at its name.
    if (isMap(found.value) || isSeq(found.value)) offset = found.offset;
    node = found.value;
  }
  return offset;
}

type Found = { offset: number; value: Node | null };

function memberOf(node: Node | null, name: string): Found | null {
  if (isSeq(node)) {
    const item = node.items[Number(name)] as Node | undefined;
    return item ? { offset: item.range?.[0] ?? 0, value: item } : null;
  }
  if (!isMap(node)) return null;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
  if (!pair || !isScalar(pair.key)) return null;
  return { offset: pair.key.range?.[0] ?? 0, value: pair.value as Node | null };
}
