// Offers names between {{ and }}: fields, parameters, secrets, helpers and blocks.
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";

/** `detail`: what it is, in a few words. */
export type Name = { name: string; detail: string; kind: "field" | "helper" | "block" };

const TYPES = { field: "variable", helper: "function", block: "keyword" };

export const completeNames =
  (namesNow: () => readonly Name[]) =>
  (context: CompletionContext): CompletionResult | null => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    // Inside an expression that is open, and not within a text of it.
    const inside = /\{\{\{?~?([^{}]*)$/.exec(before)?.[1];
    if (inside === undefined || (inside.split('"').length - 1) % 2 === 1) return null;
    const word = /[#\w.@/-]*$/.exec(inside)?.[0] ?? "";
    if (word === "" && !context.explicit && !/(\{\{~?|[\s(])$/.test(before)) return null;
    return { from: context.pos - word.length, options: namesNow().map(toOption), validFor: /^[#\w.@/-]*$/ };
  };

const toOption = ({ name, detail, kind }: Name): Completion => ({
  label: name,
  detail,
  type: TYPES[kind],
  boost: kind === "field" ? 1 : 0,
});
