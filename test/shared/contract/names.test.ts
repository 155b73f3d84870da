// Every field that holds the id of a person has the person's name beside it, in answers and in events.
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import { ANNOUNCEMENTS } from "../../../shared/domain/announcement.ts";

/** How a run was started, and the run that caused its event. */
const NO_PERSON = new Set(["triggeredBy", "causedBy"]);
const Node = z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() });

/** Returns each property of a person's id in this JSON schema, with the names of all properties beside it. */
function personsIn(schema: unknown): { field: string; beside: string[] }[] {
  if (Array.isArray(schema)) return schema.flatMap(personsIn);
  const parsed = Node.safeParse(schema);
  if (!parsed.success) return [];
  const beside = Object.keys(parsed.data.properties ?? {});
  const here = beside
    .filter((field) => /By$|^actor$/.test(field) && !NO_PERSON.has(field))
    .map((field) => ({ field, beside }));
  return [...here, ...Object.values(parsed.data).flatMap(personsIn)];
}

const toJson = (schema: z.ZodType) => z.toJSONSchema(schema, { io: "output", unrepresentable: "any" });
const answers = ALL_ROUTES.flatMap(([name, { answer }]) =>
  answer.body ? [[name, personsIn(toJson(answer.body))] as const] : [],
);
const events = Object.entries(ANNOUNCEMENTS).map(
  ([action, { detail }]) => [action, personsIn(toJson(detail))] as const,
);

describe.each([...answers, ...events].filter(([, persons]) => persons.length > 0))("%s", (_, persons) => {
  it("names each person beside its id", () => {
    const nameless = persons.filter(({ field, beside }) => !beside.includes(`${field}Name`));
    expect(nameless.map(({ field }) => field)).toEqual([]);
  });
});

it("answers and events name people", () => {
  const fields = new Set([...answers, ...events].flatMap(([, persons]) => persons.map(({ field }) => field)));
  expect([...fields].sort()).toEqual(
    expect.arrayContaining(["actor", "approvedBy", "changedBy", "createdBy", "executedBy", "updatedBy"]),
  );
});
