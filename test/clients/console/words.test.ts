// What the console makes of data before anybody sees it: paths, texts from outside, schemas, definitions, differences.
import { describe, expect, it } from "vitest";
import { readParameters } from "../../../clients/console/data/parameter-schema.ts";
import { matchPath } from "../../../clients/console/navigation/match.ts";
import { compareTexts } from "../../../clients/console/pages/changes/compare.ts";
import { nameField } from "../../../clients/console/pages/changes/field-name.ts";
import { describeConduct } from "../../../clients/console/pages/definition/conduct.ts";
import { formatDuration } from "../../../clients/console/parts/duration.ts";
import { findInvisible } from "../../../clients/console/parts/invisible.ts";
import { DefinitionView } from "../../../shared/domain/runbooks/definition.ts";
import { GIVEN } from "../../support/library.ts";

const definition = (changes: object) =>
  DefinitionView.parse({
    ...{ webhookMethod: "POST", webhookHeaders: {}, payloadFormat: "json", webhookAuth: { type: "none" } },
    ...{ secrets: {}, timeoutSeconds: 300, attemptTimeoutSeconds: 30, whileDraft: "stop", retryPolicy: {} },
    ...GIVEN,
    ...changes,
  });
const factsOf = (changes: object) => Object.fromEntries(describeConduct(definition(changes)));

describe("a path", () => {
  it("gives the parts that the pattern names, decoded, and nothing for other paths", () => {
    expect(matchPath("/runbooks/{runbookId}", "/runbooks/runbook%5F1")).toEqual({ runbookId: "runbook_1" });
    expect(matchPath("/", "/")).toEqual({});
    for (const path of ["/runbooks", "/runbooks/a/b", "/runbooks/", "/runbooks/%E0%A4%A"])
      expect(matchPath("/runbooks/{runbookId}", path)).toBeNull();
  });
});

describe("text from outside", () => {
  it("has every invisible character shown, and joiners of names and emojis left alone", () => {
    expect(findInvisible("a\u202eb\u200b")).toEqual(["a", { codePoint: 0x202e }, "b", { codePoint: 0x200b }]);
    expect(findInvisible("\u0000")).toEqual([{ codePoint: 0 }]);
    expect(findInvisible("👩\u200d🚀 نمی\u200cخواهم\n\t")).toEqual(["👩\u200d🚀 نمی\u200cخواهم\n\t"]);
    expect(findInvisible("a\u200d ")).toEqual(["a", { codePoint: 0x200d }, " "]);
    expect(findInvisible("")).toEqual([""]);
  });
});

describe("two texts", () => {
  const from = ["{", ...Array.from({ length: 9 }, (_, n) => `  line ${n}`), '  "path": "/restart"', "}"].join(
    "\n",
  );

  it("are compared line by line, with what differs in a line marked and what is the same left out", () => {
    expect(compareTexts(from, from.replace("/restart", "/v2/restart"))).toEqual([
      { skipped: 7 },
      ...[6, 7, 8].map((n) => ({ kind: "same", text: `  line ${n}`, mark: null })),
      { kind: "removed", text: '  "path": "/restart"', mark: [12, 12] },
      { kind: "added", text: '  "path": "/v2/restart"', mark: [12, 15] },
      { kind: "same", text: "}", mark: null },
    ]);
  });

  it("of one line of 64 KB, or of thousands of lines, are compared too", () => {
    const long = "a".repeat(65_536);
    expect(compareTexts(long, `${long}b`)).toMatchObject([
      { mark: [65_536, 65_536] },
      { mark: [65_536, 65_537] },
    ]);
    const many = Array.from({ length: 5_000 }, (_, n) => String(n)).join("\n");
    expect(compareTexts(many, many.replaceAll("1", "2"))).toHaveLength(10_000);
  });

  it("name their field in words", () => {
    const fields = [
      "webhookUrl",
      "parameters.properties.reason",
      "parameters.properties.a.maxLength",
      "cases",
      "new.field",
    ];
    expect(fields.map(nameField)).toEqual([
      "URL",
      "Parameter reason",
      "Parameter a: maxLength",
      "Cases",
      "new.field",
    ]);
  });
});

describe("a parameter schema", () => {
  it("is read with labels, limits and what is secret", () => {
    const found = readParameters({
      type: "object",
      properties: {
        region: { type: "string", oneOf: [{ const: "eu-1", title: "Frankfurt" }] },
        hosts: { type: "array", items: { type: "string", maxLength: 9 }, maxItems: 3 },
        pin: { type: "string", writeOnly: true },
      },
      required: ["region"],
    });
    expect(found).toMatchObject([
      { name: "region", isRequired: true, choices: [{ value: "eu-1", label: "Frankfurt" }] },
      { name: "hosts", type: "string", isArray: true, limits: ["at most 9 characters", "at most 3 items"] },
      { name: "pin", isSecret: true, isRequired: false },
    ]);
    expect([
      readParameters({}),
      readParameters(null),
      readParameters({ properties: { __proto__x: 1 } }),
    ]).toMatchObject([[], [], [{ name: "__proto__x", type: "string" }]]);
  });
});

describe("how a runbook runs", () => {
  it("is said in sentences", () => {
    expect(factsOf({})).toMatchObject({
      Time: "Ends after 5 min, attempts and waits together. One attempt may take 30 s.",
      Attempts: "Up to 3: the first wait is 1 s, each further one 2 times as long, at most 1 min.",
      Success: "Any answer from 200 to 299.",
      "At the same time": "As many runs as are started.",
    });
    expect(
      factsOf({
        retryPolicy: { maxAttempts: 1 },
        successCondition: { statuses: [202], body: { pointer: "/ok", equals: true } },
        concurrency: { limit: 1, key: "cluster", onLimit: "queue" },
        completion: { mode: "callback", timeoutSeconds: 900 },
      }),
    ).toMatchObject({
      Attempts: "One, and none after a failure.",
      Success: "An answer with status 202 in which the body at /ok is true.",
      "At the same time": "One run for each cluster; further ones wait in order.",
      Completion: "The receiver reports the outcome within 15 min.",
    });
  });

  it("has durations that people say", () => {
    expect([0, 31, 1500, 59_400, 60_000, 200_000, 7_260_000].map(formatDuration)).toEqual([
      ...["0 ms", "31 ms", "1.5 s", "59 s", "1 min", "3 min 20 s", "2 h 1 min"],
    ]);
  });
});
