// The risk of a change: every field of a definition, every code, and what makes a destination or a credential another.
import { describe, expect, it } from "vitest";
import { Cases } from "../../../../shared/domain/runbooks/cases.ts";
import { DEFINITION_FIELDS, type DefinitionRecord } from "../../../../shared/domain/runbooks/definition.ts";
import { assessRisk } from "../../../../shared/domain/runbooks/risk.ts";
import {
  RISK_REASONS,
  Risk,
  type RiskCode,
  type RiskLevel,
} from "../../../../shared/domain/runbooks/risk-reasons.ts";
import { definition } from "../../../support/seed.ts";

type Changes = Partial<DefinitionRecord>;
/** What changes, from what to what, and each reason: `code pointer message`. */
type Row = [Changes, Changes, ...string[]];

const secret = (ciphertext: string) => ({ ciphertext });
const [one, two] = [secret("b25l"), secret("dHdv")];
const retries = { maxAttempts: 3, initialDelaySeconds: 1, backoffRate: 2, maxDelaySeconds: 60 };
const oauth2 = {
  type: "oauth2" as const,
  tokenUrl: "https://login.example.com/token",
  clientId: "runbooks",
  clientSecret: one,
};
const signature = { header: "x-signature", encoding: "hex" as const, secret: one };
const certificate = (name: string) => ({
  secretArn: `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${name}`,
});
const url = (path: string) => ({ webhookUrl: `https://hooks.example.com${path}` });

const WORDS: Row[] = [
  [
    {},
    { cases: Cases.parse([{ name: "A", expect: { method: "PUT" } }]) },
    "cases_changed /cases The golden cases changed.",
  ],
  [{ name: "A" }, { name: "B" }, "words_changed /name The name changed."],
  [{ description: "A" }, { description: "B" }, "words_changed /description The description changed."],
];

const REQUEST: Row[] = [
  [
    { webhookMethod: "POST" },
    { webhookMethod: "DELETE" },
    "request_changed /webhookMethod The method is DELETE instead of POST.",
  ],
  [
    { webhookHeaders: { "x-a": "1", "x-b": "1", "x-c": "1" } },
    { webhookHeaders: { "x-a": "1", "x-b": "2", "x/d": "1" } },
    "request_changed /webhookHeaders/x-b A header of the request changed.",
    "request_changed /webhookHeaders/x-c A header of the request changed.",
    "request_changed /webhookHeaders/x~1d A header of the request changed.",
  ],
  [
    { payloadTemplate: "{}" },
    { payloadTemplate: "" },
    "request_changed /payloadTemplate The body of the request changed.",
  ],
  [
    { payloadFormat: "json" },
    { payloadFormat: "text" },
    "request_changed /payloadFormat The format of the body changed.",
  ],
];

const LIMITS: Row[] = [
  [
    { timeoutSeconds: 300 },
    { timeoutSeconds: 60 },
    "limits_changed /timeoutSeconds The timeout of an execution changed.",
  ],
  [
    { attemptTimeoutSeconds: 30 },
    { attemptTimeoutSeconds: 60 },
    "limits_changed /attemptTimeoutSeconds The timeout of an attempt changed.",
  ],
  [
    { retryPolicy: retries },
    { retryPolicy: { maxAttempts: 4, initialDelaySeconds: 2, backoffRate: 3, maxDelaySeconds: 61 } },
    "limits_changed /retryPolicy/maxAttempts The number of attempts changed.",
    "limits_changed /retryPolicy/initialDelaySeconds The wait before the second attempt changed.",
    "limits_changed /retryPolicy/backoffRate The growth of the waits changed.",
    "limits_changed /retryPolicy/maxDelaySeconds The longest wait between attempts changed.",
  ],
  [
    { retryPolicy: retries },
    { retryPolicy: { ...retries, safeToRepeat: true } },
    "repetition_changed /retryPolicy/safeToRepeat Whether a request may be sent again though the receiver may have acted changed.",
  ],
  [
    {},
    { concurrency: { limit: 1, onLimit: "reject" } },
    "limits_changed /concurrency The limit on concurrent executions changed.",
  ],
  [
    { successCondition: { statuses: [200] } },
    {},
    "success_changed /successCondition Other answers count as success.",
  ],
  [
    {},
    { completion: { mode: "callback", timeoutSeconds: 60 } },
    "completion_changed /completion What completes an execution changed.",
  ],
  [
    { whileDraft: "stop" },
    { whileDraft: "run_approved" },
    "service_changed /whileDraft An edit does something else to the live version.",
  ],
];

const PATH = "destination_changed /webhookUrl The path of the URL changed: it may be another operation.";
const QUERY = "request_changed /webhookUrl The query of the URL changed.";
const OTHER_ORIGIN = (to: string) =>
  `destination_changed /webhookUrl The request goes to ${to} instead of https://hooks.example.com.`;

const DESTINATION: Row[] = [
  [url("/a"), { webhookUrl: "https://evil.example.com/a" }, OTHER_ORIGIN("https://evil.example.com")],
  [url("/a"), { webhookUrl: "http://hooks.example.com/a" }, OTHER_ORIGIN("http://hooks.example.com")],
  [url("/a"), url(":8443/a"), OTHER_ORIGIN("https://hooks.example.com:8443")],
  [url("/a"), url("/b"), PATH],
  [url("/a"), url(""), PATH],
  [url("/restart"), url("/{{params.service}}"), PATH],
  [url("/{{params.a}}?x=1"), url("/{{params.b}}?x=1"), PATH],
  [url("/a?x=1"), url("/a?x=2"), QUERY],
  [url("/a?x=1"), url("/a"), QUERY],
  [url("/a?x=1"), url("/a?"), QUERY],
  [url("/a?x=1"), url("/a#x"), QUERY],
  [url("/{{params.a}}/b?x=1"), url("/{{params.a}}/b?x={{params.c}}"), QUERY],
  [url("/a?x={{default params.a 'b'}}"), url("/a?x={{default params.a 'c'}}"), QUERY],
  [url("/{{default params.a '?x'}}/b"), url("/{{default params.a '?x'}}/c"), PATH],
  [url('/{{default params.a "}}?"}}/b'), url('/{{default params.a "}}?"}}/c'), PATH],
  [url("/{{!-- ? --}}b"), url("/{{!-- ? --}}c"), PATH],
  [url("/{{#if params.a}}?a{{/if}}/b"), url("/{{#if params.a}}?a{{/if}}/c"), PATH],
  [url("/{{params.a}}{?b"), url("/{{params.a}}{?c"), PATH],
  [url("/a}?b"), url("/a}?c"), PATH],
];

const CREDENTIAL = (at: string) => `secret_changed ${at} The request carries another credential.`;

const AUTHENTICATION: Row[] = [
  [
    { webhookAuth: { type: "none" } },
    { webhookAuth: { type: "bearer", token: one } },
    "authentication_changed /webhookAuth/type The request authenticates by bearer instead of none.",
  ],
  [
    { webhookAuth: { type: "bearer", token: one } },
    { webhookAuth: { type: "bearer", token: two } },
    CREDENTIAL("/webhookAuth/token"),
  ],
  [
    { webhookAuth: { type: "basic", username: "a", password: one } },
    { webhookAuth: { type: "basic", username: "b", password: two } },
    "authentication_changed /webhookAuth/username username of the authentication changed.",
    CREDENTIAL("/webhookAuth/password"),
  ],
  [
    { webhookAuth: oauth2 },
    {
      webhookAuth: {
        ...oauth2,
        tokenUrl: "https://login.example.com/other",
        scope: "all",
        clientSecret: two,
      },
    },
    "authentication_changed /webhookAuth/tokenUrl tokenUrl of the authentication changed.",
    CREDENTIAL("/webhookAuth/clientSecret"),
    "authentication_changed /webhookAuth/scope scope of the authentication changed.",
  ],
  [
    { webhookAuth: { type: "custom", customHeaders: { "x-a": one, "x-b": one } } },
    { webhookAuth: { type: "custom", customHeaders: { "x-a": two, "x-c": one } } },
    CREDENTIAL("/webhookAuth/customHeaders/x-a"),
    CREDENTIAL("/webhookAuth/customHeaders/x-b"),
    CREDENTIAL("/webhookAuth/customHeaders/x-c"),
  ],
  [
    { secrets: { same: one, old: one, key: one } },
    { secrets: { same: one, new: one, key: { secretArn: "arn" } } },
    "secret_changed /secrets/old A named secret changed.",
    "secret_changed /secrets/key A named secret changed.",
    "secret_changed /secrets/new A named secret changed.",
  ],
  [{}, { signature }, "authentication_changed /signature The request is signed in a header."],
  [{ signature }, {}, "authentication_changed /signature The request loses a signature."],
  [
    { signature },
    { signature: { ...signature, encoding: "base64", secret: two } },
    "authentication_changed /signature/encoding encoding of the signature changed.",
    "secret_changed /signature/secret The key of the signature changed.",
  ],
  [
    {},
    { clientCertificate: certificate("a") },
    "authentication_changed /clientCertificate The request shows a client certificate.",
  ],
  [
    { clientCertificate: certificate("a") },
    {},
    "authentication_changed /clientCertificate The request shows no client certificate.",
  ],
  [
    { clientCertificate: certificate("a") },
    { clientCertificate: certificate("b") },
    "secret_changed /clientCertificate The request shows another client certificate.",
  ],
];

const PARAMETERS: Row[] = [
  [
    { parameters: { type: "object", properties: {} } },
    { parameters: { type: "object", properties: { a: { type: "string" } } } },
    "parameters_loosened /parameters/properties/a Parameter a is new.",
  ],
];

const ROWS = [
  ...WORDS,
  ...REQUEST,
  ...LIMITS,
  ...DESTINATION,
  ...AUTHENTICATION,
  ...PARAMETERS,
] satisfies Row[];

const assess = (before: Changes, after: Changes) => assessRisk(definition(before), definition(after));
const told = ({ reasons }: Risk) =>
  reasons.map(({ code, pointer, message }) => `${code} ${pointer} ${message}`);

describe("the risk of a change", () => {
  it.each(ROWS)("of %j to %j", (before, after, ...reasons) => {
    const risk = assess(before, after);
    expect(told(risk)).toEqual(reasons);
    expect(Risk.parse(risk)).toEqual(risk);
    for (const { code, level } of risk.reasons) expect(level).toBe(RISK_REASONS[code].level);
  });

  it("has a row for every field of a definition, and for every code", () => {
    const fields = ROWS.flatMap(([before, after]) => Object.keys({ ...before, ...after }));
    expect([...new Set(fields)].sort()).toEqual([...DEFINITION_FIELDS].sort());
  });

  it.each<[RiskCode, RiskLevel]>([
    ["words_changed", "low"],
    ["cases_changed", "low"],
    ["parameters_narrowed", "low"],
    ["parameters_loosened", "medium"],
    ["request_changed", "medium"],
    ["limits_changed", "medium"],
    ["success_changed", "medium"],
    ["destination_changed", "high"],
    ["authentication_changed", "high"],
    ["secret_changed", "high"],
    ["parameter_exposed", "high"],
    ["repetition_changed", "high"],
    ["completion_changed", "high"],
    ["service_changed", "high"],
    ["automations_armed", "high"],
    ["all_new", "high"],
  ])("%s is %s", (code, level) => {
    expect(RISK_REASONS[code].level).toBe(level);
  });

  it("of nothing is low, also if members stand in another order", () => {
    expect(assess({}, {})).toEqual({ level: "low", reasons: [] });
    const [a, b] = [
      { "x-a": "1", "x-b": "2" },
      { "x-b": "2", "x-a": "1" },
    ];
    expect(assess({ webhookHeaders: a }, { webhookHeaders: b })).toEqual({ level: "low", reasons: [] });
  });

  it("of a runbook that nobody has approved is high, with one reason", () => {
    const message = "No version of this runbook was approved before: all of it is new.";
    const all = { pointer: "", code: "all_new", level: "high", message };
    expect(assessRisk(null, definition())).toEqual({ level: "high", reasons: [all] });
  });

  it("is the highest of its reasons, which come first, and else keep the order of the fields", () => {
    const risk = assess(
      { name: "A", webhookMethod: "POST", payloadTemplate: "{}", whileDraft: "stop" },
      { name: "B", webhookMethod: "PUT", payloadTemplate: "[]", whileDraft: "run_approved" },
    );
    expect(risk.level).toBe("high");
    expect(risk.reasons.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
      "service_changed /whileDraft",
      "request_changed /webhookMethod",
      "request_changed /payloadTemplate",
      "words_changed /name",
    ]);
    expect(assess({ name: "A" }, { name: "B", webhookMethod: "PUT" }).level).toBe("medium");
    expect(assess({ name: "A" }, { name: "B" }).level).toBe("low");
  });
});

describe("automations that will start what changed", () => {
  const armed = (before: Changes | null, after: Changes, automations: number) =>
    assessRisk(before && definition(before), definition(after), { automations });

  it.each([
    [1, "1 automation starts this runbook, and nobody looks before a run."],
    [2, "2 automations start this runbook, and nobody looks before a run."],
  ])("raise what is more than words to high: %i", (automations, message) => {
    const risk = armed({ timeoutSeconds: 300 }, { timeoutSeconds: 60 }, automations);
    expect(risk.level).toBe("high");
    expect(risk.reasons).toHaveLength(2);
    expect(risk.reasons[0]).toEqual({ pointer: "", code: "automations_armed", level: "high", message });
    expect(told(armed(null, {}, automations))).toEqual([
      "all_new  No version of this runbook was approved before: all of it is new.",
      `automations_armed  ${message}`,
    ]);
  });

  it("add nothing to words, to nothing, and where there are none", () => {
    expect(armed({ name: "A" }, { name: "B" }, 3)).toMatchObject({ level: "low", reasons: [{}] });
    expect(armed({}, {}, 3)).toEqual({ level: "low", reasons: [] });
    expect(armed({ timeoutSeconds: 300 }, { timeoutSeconds: 60 }, 0)).toMatchObject({
      level: "medium",
      reasons: [{ code: "limits_changed" }],
    });
  });
});
