// Wrong input is answered with the expected value in plain words: never with the schema library's own messages.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { App } from "aws-cdk-lib";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { Options, readOptions } from "../../../infra/aws/options/options.ts";
import { EmittedEvent, readEvent } from "../../../infra/local/emit/event.ts";
import { requireValidVariables, SETTABLE } from "../../../infra/local/host/environment.ts";
import { readSettings, SETTINGS } from "../../../infra/local/host/settings.ts";
import { ENVIRONMENT, readEnvironment, type Variable } from "../../../shared/contract/env.ts";
import { describeIssues, readInput } from "../../../shared/contract/read-input.ts";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import type { Issue } from "../../../shared/domain/errors.ts";
import { IncidentEvent } from "../../../shared/domain/incidents/incident-event.ts";
import { ExecutionRequested } from "../../../shared/domain/incidents/workflow-request.ts";
import { wrongInputs } from "../../support/wrong-values.ts";

/** How zod speaks, and what we say only where we know no better. */
const NOT_FOR_PEOPLE =
  /invalid(?!_)|expected|received|unrecognized|too (big|small)|of another form|not an allowed value|allowed forms|undefined|NaN|\/\^/i;
const forNobody = (messages: readonly string[]) =>
  [...new Set(messages)].filter((text) => NOT_FOR_PEOPLE.test(text));

const SCHEMAS: [string, z.ZodType][] = [
  ...ALL_ROUTES.flatMap(([name, { body, query, headers, params }]) =>
    Object.entries({ body, query, headers, params }).flatMap(([part, schema]): [string, z.ZodType][] =>
      schema ? [[`the ${part} of ${name}`, schema]] : [],
    ),
  ),
  ["an incident event", IncidentEvent],
  ["a request to execute a runbook", ExecutionRequested],
  ["an event to emit", EmittedEvent],
  ["the options of a deployment", Options],
  ...Object.entries(ENVIRONMENT).map(([name, schema]): [string, z.ZodType] => [
    `the variable ${name}`,
    schema,
  ]),
];

/** By schema, so that each is fed once. The line that counts further problems has no code. */
const ISSUES = new Map<z.ZodType, Issue[]>();

function issuesOf(schema: z.ZodType): Issue[] {
  const known = ISSUES.get(schema);
  if (known) return known;
  const issues = wrongInputs(schema).flatMap((input) => {
    const read = readInput(schema, input);
    return read.ok ? [] : read.issues.filter(({ code }) => code !== undefined);
  });
  ISSUES.set(schema, issues);
  return issues;
}

describe("a wrong value of each kind, at each place", () => {
  it.each(SCHEMAS)("of %s is refused in plain words", (_, schema) => {
    const issues = issuesOf(schema);
    expect(issues.length).toBeGreaterThan(0);
    expect(forNobody(issues.map(({ message }) => message))).toEqual([]);
    expect(
      issues.filter(({ code, message }) => (code === "required") !== message.startsWith("is required")),
    ).toEqual([]);
  });

  it("is reported as the value that it is", () => {
    const codes = new Set(SCHEMAS.flatMap(([, schema]) => issuesOf(schema).map(({ code }) => code)));
    expect([...codes].sort()).toEqual([
      "invalid_value",
      "out_of_range",
      "required",
      "unknown_field",
      "wrong_type",
    ]);
  });
});

describe("where no request is read", () => {
  const TEXTS = ["", " ", "x", "-1", "1.5", "99999999", "a,b", "\u0000", "=", "x".repeat(3000)];
  const messageOf = (act: () => unknown): string[] => {
    try {
      act();
      return [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  };
  const result = (names: readonly string[], read: (given: Record<string, string>) => unknown) =>
    names.flatMap((name) => TEXTS.flatMap((text) => messageOf(() => read({ [name]: text }))));

  it.each<[string, readonly string[], (given: Record<string, string>) => unknown]>([
    [
      "a function",
      Object.keys(ENVIRONMENT),
      (given) => readEnvironment(Object.keys(ENVIRONMENT) as Variable[], given),
    ],
    ["the local stack", SETTABLE, requireValidVariables],
    ["npm start", SETTINGS, readSettings],
    ["a deployment", Object.keys(Options.shape), (context) => readOptions(new App({ context }).node)],
  ])("%s says what is wrong with its settings in plain words", (_, names, read) => {
    const messages = result(names, read);
    expect(messages.length).toBeGreaterThan(0);
    expect(forNobody(messages)).toEqual([]);
  });

  it("a deployment names the expected type of a value", () => {
    const inputs = wrongInputs(Options).filter((input) => typeof input === "object" && input !== null);
    const messages = inputs.flatMap((input) =>
      messageOf(() => readOptions(new App({ context: { ...input } }).node)),
    );
    expect(messages.length).toBeGreaterThan(0);
    expect(forNobody(messages)).toEqual([]);
  });

  it("the emit command names the expected fields of an event", () => {
    const folder = mkdtempSync(join(tmpdir(), "events-"));
    const file = join(folder, "event.json");
    const messages = wrongInputs(EmittedEvent).flatMap((input) => {
      writeFileSync(file, JSON.stringify(input) ?? "");
      return messageOf(() => readEvent(file));
    });
    rmSync(folder, { recursive: true });
    expect(messages.length).toBeGreaterThan(0);
    expect(forNobody(messages.map((text) => text.replace(/is not JSON: .*/, "is not JSON")))).toEqual([]);
  });
});

describe("the words", () => {
  const choice = z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("none") }),
    z.strictObject({
      type: z.literal("bearer"),
      token: z.union([z.string(), z.strictObject({ arn: z.string() })]),
    }),
  ]);
  const sample = z.strictObject({
    name: z.string().min(1).max(3),
    at: z.iso.datetime(),
    kind: z.enum(["a", "b"]),
    auth: choice,
  });
  const good = { name: "a", at: "2026-03-01T03:00:00Z", kind: "a", auth: { type: "none" } };

  it.each<[string, object, string]>([
    ["a missing field", { name: undefined }, "name is required"],
    ["null", { name: null }, "name must be a string"],
    ["a text that is too short", { name: "" }, "name must have at least 1 character"],
    ["a text that is too long", { name: "abcd" }, "name must have at most 3 characters"],
    ["a text of another form", { at: "today" }, "at must be a date and time like 2026-03-01T03:00:00Z"],
    ["another choice", { kind: "c" }, "kind must be one of: a, b"],
    ["no choice", { kind: undefined }, "kind is required: one of: a, b"],
    ["an unknown field", { colour: 1 }, "colour is not a known field"],
    ["another type of a union", { auth: { type: "basic" } }, "auth/type must be one of: none, bearer"],
    ["no type of a union", { auth: {} }, "auth/type is required: one of: none, bearer"],
    [
      "no kind of a union",
      { auth: { type: "bearer", token: 7 } },
      "auth/token must be a string or an object",
    ],
    ["half of a kind of a union", { auth: { type: "bearer", token: {} } }, "auth/token/arn is required"],
    [
      "several at once",
      { name: 1, at: 1, kind: 1 },
      "name must be a string; at must be a string; and 1 more",
    ],
  ])("for %s name the place and the expected value", (_, change, text) => {
    const read = readInput(sample, { ...good, ...change });
    expect(read.ok ? "" : describeIssues(read.issues, "the input", 2)).toBe(text);
  });

  it("for an input as a whole call it by its name", () => {
    const read = readInput(sample, undefined);
    expect(read.ok ? "" : describeIssues(read.issues, "the body")).toBe("the body is required");
  });
});

describe("the one way in", () => {
  const root = join(import.meta.dirname, "../../..");
  const sources = ["shared", "functions", "infra"]
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
  /** They report places only, pass on issues that were read with our messages, or read those of a ServiceError. */
  const READERS = [
    "shared/contract/read-input.ts",
    "shared/contract/automation-routes.ts",
    "shared/store/read.ts",
    "shared/application/start/rerun-execution.ts",
  ];

  it("nothing else reads zod's issues", () => {
    const reads = /error\??\.issues\b|prettifyError|treeifyError|flattenError/;
    const readers = sources.filter((file) => {
      const text = readFileSync(file, "utf8");
      return text.includes("safeParse(") && reads.test(text);
    });
    expect(readers.map((file) => relative(root, file)).sort()).toEqual([...READERS].sort());
  });
});
