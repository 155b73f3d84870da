// Writes the value of an expression, escaped for its output context so that it remains one value.
import type { JsonValue } from "../../domain/json.ts";
import type { Budget } from "./budget.ts";
import { isPathCall, notTextMessage } from "./check-writes.ts";
import { evaluate, type Frame, refuseLostDigits } from "./evaluate.ts";
import { nameOf } from "./expression-names.ts";
import { textOf } from "./helper-types.ts";
import type { OutputContext } from "./machine.ts";
import type { Expression, Write } from "./nodes.ts";
import { templateError } from "./render-error.ts";
import { findSecrets, revealSecrets } from "./secret.ts";
import { encodeForUrl } from "./text-helpers.ts";

/** Marks each expression in a URL's path until the path is validated. No template can contain it. */
export const URL_MARK = "\u0000";

/**
 * Returns the escaped text. `recordSecret` receives every written value that was derived from a secret, both before and
 * after escaping. A receiver may echo the escaped form in two more encodings, which makes three.
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
    recordSecret(escapeText(bare, outputContext, node).replaceAll(URL_MARK, ""));
  }
  const value = data === undefined ? undefined : revealSecrets(data);
  refuseLostDigits(value, subject, node.at);
  if (outputContext === "json-value") return JSON.stringify(value ?? null);
  const text = escapeText(requireText(value, subject, node), outputContext, node);
  return outputContext === "url-path" ? URL_MARK + text : text;
}

function escapeText(text: string, outputContext: OutputContext, node: Write): string {
  switch (outputContext) {
    case "json-string":
    case "json-inner":
    case "json-key":
    case "json-value":
      return JSON.stringify(text).slice(1, -1);
    case "url-path":
      return isPathCall(node.value)
        ? text
            .split("/")
            .map((segment) => encodeUrlText(segment, node))
            .join(`/${URL_MARK}`)
        : encodeUrlText(text, node);
    case "url-query":
    case "form":
      return encodeUrlText(text, node);
    case "text":
      return text;
  }
}

/** Drops `json` in a JSON value and `urlEncode` in a URL: the output context escapes anyway. */
function dropOwnEscaping(value: Expression, outputContext: OutputContext): Expression {
  if (value.type !== "call") return value;
  const redundant =
    outputContext === "json-value" ? "json" : outputContext.startsWith("url-") ? "urlEncode" : undefined;
  return value.name === redundant ? (value.args[0] ?? value) : value;
}

/** Refuses a missing value in text. Otherwise `rm -rf /{{dir}}` would lose its directory. Refuses lists and objects. */
function requireText(value: JsonValue | undefined, subject: Expression, node: Write): string {
  const name = nameOf(subject);
  if (typeof value === "object" && value !== null) {
    throw templateError(notTextMessage(name, Array.isArray(value) ? "array" : "object"), node.at);
  }
  if (value !== undefined && value !== null) return textOf(value);
  throw templateError(
    `${name} has no value, and text cannot contain null: write {{default ${name} "…"}}`,
    node.at,
  );
}

function encodeUrlText(text: string, node: Write): string {
  const outcome = encodeForUrl(text);
  if ("problem" in outcome) throw templateError(`${nameOf(node.value)} ${outcome.problem}`, node.at);
  return textOf(outcome.value);
}
