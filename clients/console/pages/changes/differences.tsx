// What differs between two versions: each field by its name, with what was there and what is there now.
import type { OutputOf } from "../../../api-client/types.ts";
import { Outside, Visible } from "../../parts/text.tsx";
import { compareTexts, type Line, type Part } from "./compare.ts";
import { nameField } from "./field-name.ts";

type Difference = OutputOf<"diff-versions">["differences"][number];

const WORDS = { added: "added", removed: "removed", changed: "changed" };

export function Differences({ differences }: { differences: readonly Difference[] }) {
  return (
    <ul class="stack">
      {differences.map((difference) => (
        <li key={difference.field} class="stack-tight">
          <h3 class="row">
            <Outside text={nameField(difference.field)} />
            <span class="tag">{WORDS[difference.change]}</span>
          </h3>
          <Values difference={difference} />
        </li>
      ))}
    </ul>
  );
}

function Values({ difference: { from, to } }: { difference: Difference }) {
  if (from === undefined && to === undefined)
    return <p class="muted">A secret: its value is shown to nobody.</p>;
  return <TextDiff parts={compareTexts(textOf(from), textOf(to)).filter(isThere(from, to))} />;
}

/** Nothing is no empty line. */
const isThere = (from: unknown, to: unknown) => (part: Part) =>
  !(
    "kind" in part &&
    part.text === "" &&
    ((from === undefined && part.kind === "removed") || (to === undefined && part.kind === "added"))
  );

const textOf = (value: unknown): string =>
  value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value, null, 2);

const SIGNS = { same: " ", added: "+", removed: "−" };
const SPOKEN = { same: "", added: "Added: ", removed: "Removed: " };

function TextDiff({ parts }: { parts: readonly Part[] }) {
  return (
    <div class="diff">
      {parts.map((part, index) =>
        "skipped" in part ? (
          <p key={index} class="diff-gap">
            {part.skipped === 1 ? "1 line is the same" : `${part.skipped} lines are the same`}
          </p>
        ) : (
          <div key={index} class={`diff-line ${part.kind}`}>
            <span aria-hidden="true">{SIGNS[part.kind]}</span>
            <span>
              <span class="visually-hidden">{SPOKEN[part.kind]}</span>
              <Marked line={part} />
            </span>
          </div>
        ),
      )}
    </div>
  );
}

function Marked({ line: { text, mark } }: { line: Line }) {
  if (mark === null || mark[0] >= mark[1]) return <Visible text={text} />;
  return (
    <>
      <Visible text={text.slice(0, mark[0])} />
      <mark>
        <Visible text={text.slice(...mark)} />
      </mark>
      <Visible text={text.slice(mark[1])} />
    </>
  );
}
