// CodeMirror as this console uses it. It lives in a shadow root: there its styles need no inline style element.
import { autocompletion, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching } from "@codemirror/language";
import { lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { completeNames, type Name } from "./completion.ts";
import { EXPRESSIONS, JSON_COLOURS, THEME } from "./look.ts";
import { type Problem, placeProblems } from "./places.ts";

/** `line`: a template on one line. */
type Language = "template" | "line" | "json";
export type Settings = {
  label: string;
  /** What it begins with. What is typed afterwards is the editor's own. */
  value: string;
  language: Language;
  /** What may stand between {{ and }}. */
  names?: readonly Name[];
  problems?: readonly Problem[];
  onInput: (text: string) => void;
};
export type Mounted = {
  update: (settings: Pick<Settings, "names" | "problems">) => void;
  destroy: () => void;
};

const JSON_EXTENSIONS = [json(), JSON_COLOURS, closeBrackets()];
/** Line breaks that are pasted are dropped. */
const ONE_LINE = EditorState.transactionFilter.of((transaction) =>
  transaction.docChanged && transaction.newDoc.lines > 1
    ? [transaction, { changes: joinLines(transaction.newDoc.toString()), sequential: true }]
    : transaction,
);

const joinLines = (text: string) =>
  [...text.matchAll(/\s*\n\s*/g)].map(({ index, 0: found }) => ({ from: index, to: index + found.length }));

export function mountEditor(host: HTMLElement, settings: Settings): Mounted {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  root.replaceChildren();
  let names = settings.names ?? [];
  let shown = "[]";
  const state = EditorState.create({
    doc: settings.value,
    extensions: extensionsOf(settings, () => names),
  });
  const view = new EditorView({ state, root, parent: root });
  const update: Mounted["update"] = ({ names: known = [], problems = [] }) => {
    names = known;
    const text = JSON.stringify(problems);
    if (text === shown) return;
    shown = text;
    view.dispatch(setDiagnostics(view.state, placeProblems(view.state, problems)));
  };
  update(settings);
  return { update, destroy: () => view.destroy() };
}

function extensionsOf({ label, language, onInput }: Settings, namesNow: () => readonly Name[]): Extension[] {
  const onChange = EditorView.updateListener.of((update) => {
    if (update.docChanged) onInput(update.state.doc.toString());
  });
  return [
    EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
    EditorView.lineWrapping,
    history(),
    bracketMatching(),
    THEME,
    onChange,
    // Tab leaves the field, as in every other one.
    keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap, ...lintKeymap]),
    ...(language === "json"
      ? JSON_EXTENSIONS
      : [EXPRESSIONS, autocompletion({ override: [completeNames(namesNow)], interactionDelay: 0 })]),
    ...(language === "line" ? [ONE_LINE] : [lineNumbers()]),
  ];
}
