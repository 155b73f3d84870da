// The types of deployment options: what the command line can give, and cdk.json.
import * as z from "zod";

/** The command line gives only text, with commas in lists. cdk.json may also give arrays and numbers. */
export const text = z.union([
  z.string(),
  z.number().transform(String),
  z.array(z.string()).transform((items) => items.join(",")),
]);

const items = text.transform((joined) =>
  joined
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== ""),
);

/** AWS refuses most lists that name something twice, and of the others twice means nothing. */
export const list = items.superRefine((given, context) => {
  const twice = new Set(given.filter((item, at) => given.indexOf(item) < at));
  for (const item of twice) context.addIssue({ code: "custom", message: `names ${item} twice` });
});

const TRUE_OR_FALSE = "must be true or false";
export const flag = z.union([
  z.boolean(TRUE_OR_FALSE),
  z.enum(["true", "false"], TRUE_OR_FALSE).transform((given) => given === "true"),
]);

/** An id or a name of somebody else's making, as it stands: blanks around it would be part of it. */
export const word = z.string().regex(/^\S+$/, "must be a text without blanks");

/** An address over https, as it will be compared and shown: nothing in it needs another spelling. */
export const httpsUrl = z
  .string()
  .refine(isHttpsUrl, "must be an https address like https://id.example.com, without blanks and credentials");

function isHttpsUrl(given: string): boolean {
  if (!URL.canParse(given) || /[\s"'<>\\^`{|}]/.test(given)) return false;
  const { protocol, host, username, password } = new URL(given);
  return protocol === "https:" && HOST.test(host) && username === "" && password === "";
}
const HOST = /^[a-z0-9_.:[\]-]+$/;

/** As a browser says it: no path, no port that is the usual one, no wildcard. */
export const origins = (example: string) =>
  list.pipe(
    z.array(
      z
        .string()
        .refine(
          (given) => isHttpsUrl(given) && new URL(given).origin === given,
          `must be origins like ${example}`,
        ),
    ),
  );

/** The command line gives numbers as text. */
export function count(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return z
    .union([z.number(message), z.string(message).regex(/^\d+$/, message).transform(Number)])
    .pipe(z.int(message).min(least, message).max(most, message));
}

/** CloudWatch takes no longer one as an action of an alarm, and the other services of these options no shorter ones. */
const MOST_ARN = 1024;

/** An ARN of `service`. `resource`: a pattern of what follows the account, which `what` says in words. */
export const arnOf = (service: string, resource: string, what: string, { region = "[a-z0-9-]+" } = {}) =>
  z
    .string()
    .max(MOST_ARN)
    .regex(
      new RegExp(`^arn:aws[a-z-]*:${service}:${region}:\\d{12}:${resource}$`),
      `must be the ARN of ${what}`,
    );

/**
 * Names, each with some values: text as `a=x,a=y,b=z`, or an object in cdk.json, whose names may hold every character. The
 * last `=` of a pair separates, because no value has one. `isValue`: what a value must be, which `message` says in words.
 */
export const groupsByName = (isValue: (value: string) => boolean, message: string) =>
  z
    .union(
      [
        z.record(z.string().min(1), z.union([z.string().transform((value) => [value]), z.array(z.string())])),
        list.transform(toGroups),
      ],
      message,
    )
    .refine(
      (groups) => Object.values(groups).every((values) => values.length > 0 && values.every(isValue)),
      message,
    )
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
