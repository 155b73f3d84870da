// What counts as a change that the next release may make to what is stored, and what does not.
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { formOf, listNarrowed } from "./forms.ts";

const fromText = (schema: z.ZodType) =>
  z
    .string()
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(schema as z.ZodType<unknown, unknown>);

const before = z.object({
  name: z.string(),
  note: z.string().optional(),
  status: z.enum(["OPEN", "CLOSED"]),
  end: z.string().nullable(),
  votes: z.array(z.strictObject({ by: z.string() })),
  body: fromText(z.object({ code: z.int() })),
});
const narrowed = (changes: z.core.$ZodLooseShape) =>
  listNarrowed(formOf([before]), formOf([before.extend(changes)]));

describe("the form of today", () => {
  it.each<[string, z.core.$ZodLooseShape]>([
    ["nothing else", {}],
    ["another field that may be missing", { more: z.string().optional() }],
    ["another field with a default", { more: z.string().default("none") }],
    ["another word", { status: z.enum(["OPEN", "CLOSED", "LOST"]) }],
    ["any text instead of words", { status: z.string() }],
    ["what was there, now optional", { name: z.string().optional() }],
    ["a new part, with fields that it needs", { more: z.object({ id: z.string() }).optional() }],
  ])("takes all that the last one took with %s", (_, changes) => {
    expect(narrowed(changes)).toEqual([]);
  });

  it.each<[string, z.core.$ZodLooseShape, string[]]>([
    ["a word less", { status: z.enum(["OPEN"]) }, ['/status is not "CLOSED" any more']],
    ["a field that must be there", { more: z.string() }, ["/more must be there now"]],
    ["an optional field that must be there", { note: z.string() }, ["/note is not missing any more"]],
    ["another type", { name: z.number() }, ["/name is not string any more"]],
    ["no null", { end: z.string() }, ["/end is not null any more"]],
    [
      "another name in a list",
      { votes: z.array(z.strictObject({ of: z.string() })) },
      ["/votes/*/by is not read any more", "/votes/*/of must be there now"],
    ],
    [
      "another type in text that is JSON",
      { body: fromText(z.object({ code: z.string() })) },
      ["/body/=/code is not number any more"],
    ],
  ])("takes less with %s, and says where", (_, changes, lines) => {
    expect(narrowed(changes)).toEqual(lines);
  });

  it("is that of all schemas that read the item", () => {
    const other = z.object({ other: z.enum(["a"]) });
    expect(formOf([other, z.object({ other: z.enum(["b"]).nullable() })])).toEqual({
      "": ["object"],
      "/other": ['"a"', '"b"', "null"],
    });
  });
});
