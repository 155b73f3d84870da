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
