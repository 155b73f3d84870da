// The option `--param name=value`: of commands that run and preview, and of lists that find by value.
import { clean } from "../terminal/text.ts";
import { UsageError } from "./failures.ts";

export const PARAM_FLAG = {
  kind: "parsed",
  parse: String,
  brief: "A parameter. Repeat it for others, and for the items of a list",
  placeholder: "name=value",
  optional: true,
  variadic: true,
} as const;

/** Returns name and text of each. @throws UsageError if one has no name or no `=` */
export const splitParameters = (texts: readonly string[]): [name: string, text: string][] =>
  texts.map((text) => {
    const at = text.indexOf("=");
    if (at < 1) throw new UsageError(`--param ${JSON.stringify(clean(text))} is not like name=value.`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
