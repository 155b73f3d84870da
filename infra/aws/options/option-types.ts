// The types of deployment options: what the command line can give, and cdk.json.
import * as z from "zod";

/** The command line gives only text, with commas in lists. cdk.json may also give arrays and numbers. */
export const text = z.union([
  z.string(),
  z.number().transform(String),
  z.array(z.string()).transform((items) => items.join(",")),
]);

export const list = text.transform((joined) =>
  joined
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== ""),
);

export const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((given) => given === "true")]);

/** The command line gives numbers as text. */
export const count = (least: number, most: number) =>
  z.coerce.number(`must be a whole number from ${least} to ${most}`).pipe(z.int().min(least).max(most));

/**
 * Names, each with some values: text as `a=x,a=y,b=z`, or an object in cdk.json, whose names may hold every character. The
 * last `=` of a pair separates, because no value has one. `isValue`: what a value must be, which `message` says in words.
 */
export const groupsByName = (isValue: (value: string) => boolean, message: string) =>
  z
    .union([
      z.record(z.string().min(1), z.union([z.string().transform((value) => [value]), z.array(z.string())])),
      list.transform(toGroups),
    ])
    .refine((groups) => Object.values(groups).flat().every(isValue), message)
    .refine((groups) => !Object.hasOwn(groups, ""), message);

function toGroups(pairs: readonly string[]): Record<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const pair of pairs) {
    const at = pair.lastIndexOf("=");
    const [name, value] = [pair.slice(0, Math.max(at, 0)).trim(), pair.slice(at + 1).trim()];
    groups.set(name, [...(groups.get(name) ?? []), value]);
  }
  return Object.fromEntries(groups);
}
