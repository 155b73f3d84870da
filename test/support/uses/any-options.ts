// Any options of a deployment: some in use, and some odd values that the command line or cdk.json may bring.
import * as fc from "fast-check";
import { Options } from "../../../infra/aws/options/options.ts";
import type { Given } from "./use.ts";
import { givenOf, USES } from "./uses.ts";

export const NAMES = Object.keys(Options.shape);

/** Values that nobody should give, and some that somebody may. */
const ODD = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    ",",
    "true",
    "false",
    "True",
    "0",
    "-1",
    "1e9",
    "NaN",
    "*",
    "a=b",
    "a=b,a=b",
    "=",
    "://",
    "https://",
  ),
  fc.constantFrom(true, false, null, 0, -1, 1.5, 1e21, [], ["a", "a"], [1], {}, { a: "b" }, { "": [] }),
  fc.string({ maxLength: 30, unit: "binary" }),
  fc.constantFrom(...USES.map(([, { value }]) => value)),
);
export const anyOptions = fc
  .tuple(
    fc.subarray([...USES], { maxLength: 6 }),
    fc.dictionary(fc.constantFrom(...NAMES), ODD, { maxKeys: 3 }),
  )
  .map(([uses, odd]): Given => ({ ...Object.assign({}, ...uses.map(givenOf)), ...odd }));
