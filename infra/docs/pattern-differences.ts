// The section of docs/events.md about patterns: what they mean to EventBridge and what they mean here, where that differs.
import { MAX_CONDITIONS, MAX_PATTERN_BYTES } from "../../shared/domain/event-pattern/check.ts";
import { kibibytes, table } from "./markdown.ts";

const GUIDE = "https://docs.aws.amazon.com/eventbridge/latest/userguide";

const DIFFERENCES: readonly (readonly [what: string, eventBridge: string, here: string])[] = [
  [
    "numbers beyond ±5,000,000,000, or with more than 6 decimals",
    "its pages exclude them, its matcher takes every number that a 64-bit float holds exactly",
    "as the matcher",
  ],
  [
    "a number with more digits than a 64-bit float holds",
    "compares its text",
    "rounds it, in pattern and event",
  ],
  ["`cidr` with `/32`, or `/128` for IPv6", "refuses it", "one address"],
  [
    "a text that is an IP address, as a plain value",
    'compares addresses: `"2001:DB8::1"` matches `"2001:db8:0::1"`',
    "compares texts; use `cidr`",
  ],
  ["a dot in a name", 'is a level: `{"detail.state": ["x"]}` is `{"detail": {"state": ["x"]}}`', "is a dot"],
  ['`{"exactly": "x"}`', "an operator that its pages do not have", 'refused; use `"x"`'],
  [
    "`$or` that is not a list of two or more objects, or has an operator's name as a field",
    "a field of that name",
    "refused",
  ],
  ["a pattern that every event matches", "accepted", "refused"],
  [
    "size",
    "2,048 characters by default; `$or` up to 1,000 combinations; limits for many wildcards",
    `${kibibytes(MAX_PATTERN_BYTES)}, ${MAX_CONDITIONS} conditions, 10 levels`,
  ],
  ["an event with very many values", "always matched", "skipped with `pattern_too_costly`"],
  [
    "`equals-ignore-case` of letters whose upper case is longer (`ß`)",
    "not compared with its matcher",
    "compared in upper case: `ß` is `SS`",
  ],
];

export function patternDifferences(): string {
  return `## Where patterns differ from EventBridge's

Patterns mean what they mean to EventBridge. The examples of its [operator page](${GUIDE}/eb-create-pattern-operators.html)
and of its page on [null values and empty strings](${GUIDE}/eb-event-patterns-null-values.html), each with its neighbours,
are a test, as are the forms that its matcher, [Event Ruler](https://github.com/aws/event-ruler), takes. Where pages and
matcher differ, the service follows the matcher. These differences remain:

${table(["what", "EventBridge", "this service"], DIFFERENCES)}`;
}
