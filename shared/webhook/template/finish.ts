// Final validation of a rendered text. It guarantees the rules of the text's kind, independent of all earlier steps.

import { hasDuplicateKey } from "./duplicate-key.ts";
import { TEMPLATE_LIMITS } from "./limits.ts";
import type { OutputContext } from "./machine.ts";
import type { TemplateKind } from "./nodes.ts";
import { templateError } from "./render-error.ts";
import { BLOCK_MARK, placeAmpersands, placeCommas } from "./separators.ts";
import { HEADER_RULE, NOT_IN_HEADER } from "./text-machine.ts";
import { isDots } from "./url-machine.ts";
import { URL_MARK } from "./write.ts";

/** Returns the validated text. Duplicate keys are checked only if an expression writes a key. */
export function finalizeOutput(
  text: string,
  kind: TemplateKind,
  outputContexts: Iterable<OutputContext>,
): string {
  switch (kind) {
    case "json":
      return finalizeJson(text, [...outputContexts].includes("json-key"));
    case "url":
      return finalizeUrl(text);
    case "header":
      return finalizeHeader(text);
    case "form":
      return finalizeForm(text);
    case "text":
    case "value":
      return text;
  }
}

function finalizeJson(marked: string, hasTemplatedKeys: boolean): string {
  const text = placeCommas(marked);
  try {
    JSON.parse(text);
  } catch {
    // JSON.parse's message quotes the text, and so perhaps a secret.
    throw templateError("The rendered text is not JSON");
  }
  if (hasTemplatedKeys && hasDuplicateKey(text)) {
    throw templateError("The rendered JSON has the same key twice in one object");
  }
  return text;
}

/** Expressions are encoded, so all white space that is left is the layout of the template. */
function finalizeForm(marked: string): string {
  const text = placeAmpersands(marked).replace(/\s+/g, "");
  if (/^[!-~]*$/.test(text) && !/^&|&&|&$/.test(text)) return text;
  throw templateError("The rendered text is not a list of form pairs");
}

function finalizeUrl(rendered: string): string {
  const marked = placeQuery(rendered);
  const [path = ""] = marked.split(/[?#]/);
  for (const segment of path.split("/").slice(3)) {
    const plain = segment.replaceAll(URL_MARK, "");
    if (isDots(plain) || (plain === "" && segment !== "")) {
      throw templateError("An expression makes a segment of the URL's path empty, or . or ..");
    }
  }
  const text = marked.replaceAll(URL_MARK, "");
  if (!URL.canParse(text)) throw templateError("The rendered text is not a URL");
  return text;
}

/** A query that blocks have left empty is left out with its question mark. */
function placeQuery(marked: string): string {
  const [, path = marked, query, fragment = ""] = /^([^?#]*)(?:\?([^#]*))?(.*)$/s.exec(marked) ?? [];
  const plainPath = path.replaceAll(BLOCK_MARK, "");
  if (query === undefined) return plainPath + fragment.replaceAll(BLOCK_MARK, "");
  const pairs = placeAmpersands(query);
  const isLeftOut = pairs === "" && query !== "";
  return `${plainPath}${isLeftOut ? "" : `?${pairs}`}${fragment.replaceAll(BLOCK_MARK, "")}`;
}

function finalizeHeader(text: string): string {
  if (NOT_IN_HEADER.test(text))
    throw templateError(`The rendered text is not a header value: ${HEADER_RULE}`);
  if (text.length > TEMPLATE_LIMITS.headerCharacters) {
    throw templateError(`The header value is longer than ${TEMPLATE_LIMITS.headerCharacters} characters`);
  }
  return text;
}
