// Writes the value of an expression so that it stays one value in its place.
import type { JsonValue } from "../../domain/json.ts";
import type { Budget } from "./budget.ts";
import { evaluate, type Frame, nameOf, refuseLostDigits } from "./evaluate.ts";
import { encodeForUrl, textOf } from "./functions.ts";
import type { OutputContext } from "./machine.ts";
import type { Expression, Write } from "./nodes.ts";
import { templateError } from "./render-error.ts";
import { findSecrets, revealSecrets } from "./secret.ts";

/** Stands before each expression in a URL's path until the path is checked; no template can hold it. */
export const URL_MARK = "\u0000";

/**
 * `note` hears of every value written that was made of a secret, as it was before its place escaped it, and as a text
 * is written there: who echoes what came, spelled in two ways more, has spelled the secret in three.
 */
export function writeExpression(
  node: Write,
  outputContext: OutputContext,
  frame: Frame,
  budget: Budget,
  recordSecret: (secret: string) => void,
): string {
  const subject = dropOwnEscaping(node.value, outputContext);
  const data = evaluate(subject, frame, budget);
  for (const secret of findSecrets(data ?? null)) {
    if (secret.isMask) continue;
    const bare = textOf(secret.reveal());
    recordSecret(bare);
    recordSecret(escapeText(bare, outputContext, node));
  }
  const value = data === undefined ? undefined : revealSecrets(data);
  refuseLostDigits(value, subject, node.at);
  if (outputContext === "json-value") return JSON.stringify(value ?? null);
  const text = escapeText(textOf(requireValue(value, subject, node)), outputContext, node);
  return outputContext === "url-path" ? URL_MARK + text : text;
}

function escapeText(text: string, outputContext: OutputContext, node: Write): string {
  switch (outputContext) {
    case "json-string":
    case "json-key":
    case "json-value":
      return JSON.stringify(text).slice(1, -1);
    case "url-path":
    case "url-query":
      return encodeUrlText(text, node);
    case "text":
      return text;
  }
}

/** `{{json x}}` as a JSON value and `{{urlEncode x}}` in a URL ask for what their place does anyway. */
function dropOwnEscaping(value: Expression, outputContext: OutputContext): Expression {
  if (value.type !== "call") return value;
  const redundant =
    outputContext === "json-value" ? "json" : outputContext.startsWith("url-") ? "urlEncode" : undefined;
  return value.name === redundant ? (value.args[0] ?? value) : value;
}

/** An empty text where a value was meant (`rm -rf /{{dir}}`) is the accident that this prevents. */
function requireValue(value: JsonValue | undefined, subject: Expression, node: Write): JsonValue {
  if (value !== undefined && value !== null) return value;
  const name = nameOf(subject);
  throw templateError(
    `${name} has no value, and a text cannot hold null: write {{default ${name} "…"}}`,
    node.at,
  );
}

function encodeUrlText(text: string, node: Write): string {
  const outcome = encodeForUrl(text);
  if ("problem" in outcome) throw templateError(`${nameOf(node.value)} ${outcome.problem}`, node.at);
  return textOf(outcome.value);
}
