// A plan, and what was done of it, in words.
import type { Printer } from "../terminal/printer.ts";
import { clean } from "../terminal/text.ts";
import { type Applied, nameOf } from "./apply.ts";
import type { Difference } from "./differences.ts";
import type { JsonValue } from "./json.ts";
import { scopeName } from "./kinds.ts";
import type { Plan, Step } from "./plan.ts";
import type { Stored } from "./service.ts";
import type { Problem } from "./source.ts";

type Style = Printer["style"];

/** Without colour. */
export const PLAIN: Style = (_style, text) => text;

/** Longest value that is shown of a difference, in characters. */
const MAX_SHOWN = 300;

export const problemText = ({ file, line, column, message }: Problem) =>
  `${clean(file)}:${line}:${column}: ${clean(message)}`;

const SIGNS = { create: ["+", "green"], update: ["~", "yellow"], delete: ["-", "red"] } as const;

export function stepText(step: Step, style: Style): string {
  const [sign, color] = SIGNS[step.action];
  const { kind, scope, name } = nameOf(step);
  return style(color, `${sign} ${step.action} ${kind} "${clean(name)}" of ${clean(scopeName(scope))}`);
}

/** The plan with each difference, and what it cannot know. */
export function planText(plan: Plan, style: Style): string {
  const { steps, unchanged, unapproved } = plan;
  const waiting = unapproved.map(approvalText);
  if (steps.length === 0) return [`Nothing to do: ${unchanged} as in the files.`, ...waiting].join("\n");
  return [
    ...steps.flatMap((step) => [stepText(step, style), ...detailsOf(step).map((line) => `    ${line}`)]),
    `${countsOf(steps)}, ${unchanged} unchanged.`,
    ...waiting,
    "The service checks templates, parameters and addresses only when this is applied.",
  ].join("\n");
}

const countsOf = (steps: readonly Step[]) => {
  const count = (action: Step["action"]) => steps.filter((step) => step.action === action).length;
  return `${count("create")} to create, ${count("update")} to change, ${count("delete")} to delete`;
};

function detailsOf(step: Step): string[] {
  if (step.action === "delete") return [step.stored.id];
  const { kind } = step.entry;
  const approval = kind === "runbook" ? ["It is a draft then, and runs when it is approved."] : [];
  if (step.action === "update") return [...step.differences.flatMap(differenceLines), ...approval];
  const waits = step.waits ? ["It waits until its runbook is approved: apply again then."] : [];
  return [clean(step.entry.source.file), ...approval, ...waits];
}

function differenceLines({ pointer, before, after }: Difference): string[] {
  if (isLong(before) || isLong(after))
    return [
      `${clean(pointer)}:`,
      ...linesOf(before).map((line) => `  - ${line}`),
      ...linesOf(after).map((line) => `  + ${line}`),
    ];
  return [`${clean(pointer)}: ${shown(before)} → ${shown(after)}`];
}

const isLong = (value: JsonValue | undefined) => typeof value === "string" && value.includes("\n");
const shown = (value: JsonValue | undefined) =>
  value === undefined ? "(none)" : shorten(clean(JSON.stringify(value)));
const linesOf = (value: JsonValue | undefined) =>
  typeof value === "string" ? clean(value, { lines: true }).split("\n").map(shorten) : [shown(value)];
const shorten = (text: string) => (text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1)}…` : text);

/** The command that approves what was reviewed, and nothing else. */
const approvalText = ({ id, name, version, definitionHash }: Stored) =>
  `"${clean(name)}" waits for approval: runbooks approve ${id} --version ${version} --hash ${definitionHash}`;

export function appliedText({ done, waiting, left, changed }: Applied, style: Style): string {
  return [
    `${done.length} done.`,
    ...(left.length > 0 ? ["Not done:", ...left.map((step) => `  ${stepText(step, style)}`)] : []),
    ...changed.filter(({ approvalStatus }) => approvalStatus === "DRAFT").map(approvalText),
    ...(waiting.length > 0
      ? ["Waiting for approval; apply again then:", ...waiting.map((step) => `  ${stepText(step, style)}`)]
      : []),
  ].join("\n");
}
