// The trigger of the user pool: access tokens get a name, whatever Cognito sends, and nobody is kept from signing in.
import type { Context, PreTokenGenerationV2TriggerEvent } from "aws-lambda";
import fc from "fast-check";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { handler } from "../../../functions/identity/name-access-token.ts";
import { ask, startApi, type TestApi } from "../../support/api.ts";
import { hearLogs } from "../../support/heard-logs.ts";
import { GIVEN } from "../../support/library.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});
afterEach(() => vi.restoreAllMocks());

const SUB = "3f2a9c10-7d44-4b1e-9a57-0c1d2e3f4a5b";
const CONTEXT = { functionName: "name-access-token", awsRequestId: "request" } as Context;
/** Cognito's call, over JSON both ways. */
const call = async (event: unknown) =>
  JSON.parse(JSON.stringify(await handler(JSON.parse(JSON.stringify(event)), CONTEXT))) as unknown;

type Attributes = Record<string, string>;

/** An event as the pool's own sign-in sends it (developer guide, "Pre token generation Lambda trigger"). */
const eventOf = (attributes: Attributes): PreTokenGenerationV2TriggerEvent => ({
  version: "2",
  triggerSource: "TokenGeneration_Authentication",
  region: "eu-central-1",
  userPoolId: "eu-central-1_EXAMPLE",
  userName: SUB,
  callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: "1example23456789" },
  request: {
    userAttributes: {
      sub: SUB,
      "cognito:email_alias": "ana@example.com",
      "cognito:user_status": "CONFIRMED",
      ...attributes,
    },
    groupConfiguration: { groupsToOverride: ["platform-admin"], iamRolesToOverride: [] },
    scopes: ["aws.cognito.signin.user.admin"],
  },
  response: { claimsAndScopeOverrideDetails: {} },
});

const answerOf = (event: unknown, claims: Attributes) => ({
  ...Object(event),
  response: { claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: claims } } },
});

const ANA = { name: "Ana Ruiz", email: "ana@example.com", email_verified: "true" };

describe("the access token", () => {
  it.each<[string, Attributes, Attributes]>([
    ["the name", ANA, { name: "Ana Ruiz" }],
    ["the e-mail address where there is no name", { email: "ana@example.com" }, { email: "ana@example.com" }],
    [
      "the e-mail address where nothing of the name is visible",
      { ...ANA, name: "\u202e \u200b" },
      { email: ANA.email },
    ],
    ["the name as it is shown, on one line", { name: "  Ana\n\u202eRuiz " }, { name: "Ana Ruiz" }],
    ["at most 128 characters of it", { name: "a".repeat(2_048) }, { name: "a".repeat(128) }],
    ["nobody who has neither", {}, {}],
  ])("says %s", async (_, attributes, claims) => {
    const event = eventOf(attributes);
    expect(await call(event)).toEqual(answerOf(event, claims));
  });

  it.each<[string, (event: PreTokenGenerationV2TriggerEvent) => unknown]>([
    ["of a refresh", (event) => ({ ...event, triggerSource: "TokenGeneration_RefreshTokens" })],
    ["of a new password", (event) => ({ ...event, triggerSource: "TokenGeneration_NewPasswordChallenge" })],
    ["of version 3", (event) => ({ ...event, version: "3" })],
    [
      "with null for what is not decided yet",
      (event) => ({ ...event, response: { claimsAndScopeOverrideDetails: null } }),
    ],
    [
      "with a list for it, as in AWS's example",
      (event) => ({ ...event, response: { claimsAndScopeOverrideDetails: [] } }),
    ],
    [
      "with roles, a preferred role and what a client says",
      (event) => ({
        ...event,
        request: {
          ...event.request,
          groupConfiguration: {
            groupsToOverride: ["team:payments:responder"],
            iamRolesToOverride: ["arn:aws:iam::123456789012:role/some"],
            preferredRole: null,
          },
          clientMetadata: { name: "Somebody else" },
        },
      }),
    ],
  ])("is named by an event %s", async (_, change) => {
    const event = change(eventOf(ANA));
    expect(await call(event)).toEqual(answerOf(event, { name: "Ana Ruiz" }));
  });

  it("gives a runbook the name of who made it, though its `sub` is a UUID", async () => {
    const answer = z
      .object({
        response: z.object({
          claimsAndScopeOverrideDetails: z.object({
            accessTokenGeneration: z.object({ claimsToAddOrOverride: z.record(z.string(), z.string()) }),
          }),
        }),
      })
      .parse(await call(eventOf(ANA)));
    const added = answer.response.claimsAndScopeOverrideDetails.accessTokenGeneration.claimsToAddOrOverride;
    const claims = { sub: SUB, token_use: "access", "cognito:groups": ["platform-admin"], ...added };
    const { body } = await ask("create-runbook", { claims, body: GIVEN });
    expect(body).toMatchObject({ createdBy: SUB, createdByName: "Ana Ruiz" });
    const { body: unnamed } = await ask("create-runbook", {
      claims: { ...claims, name: undefined },
      body: GIVEN,
    });
    expect(unnamed).toMatchObject({ createdBy: SUB, createdByName: null });
  });
});

describe("somebody whom an identity provider has signed in", () => {
  const MAP = { "On-call": ["team:payments:responder"], Admins: ["platform-admin"] };
  const eventWith = (
    attributes: Attributes,
    groupConfiguration: unknown = { groupsToOverride: ["x_sso"] },
  ) => {
    const event = eventOf({ "cognito:user_status": "EXTERNAL_PROVIDER", name: "Ana Ruiz", ...attributes });
    return { ...event, request: { ...event.request, groupConfiguration } };
  };
  const groupsOf = async (event: unknown) =>
    z
      .object({
        response: z.object({
          claimsAndScopeOverrideDetails: z.object({ groupOverrideDetails: z.unknown().optional() }),
        }),
      })
      .parse(await call(event)).response.claimsAndScopeOverrideDetails.groupOverrideDetails;
  const onCall = { "custom:idp_groups": "[On-call, Unknown]" };

  beforeEach(() => vi.stubEnv("GROUP_MAP", JSON.stringify(MAP)));
  afterEach(() => vi.unstubAllEnvs());

  it("has the groups that the provider's stand for, beside those of the pool, and a name", async () => {
    const answer = await call(eventWith(onCall));
    expect(answer).toMatchObject({
      response: {
        claimsAndScopeOverrideDetails: {
          accessTokenGeneration: { claimsToAddOrOverride: { name: "Ana Ruiz" } },
          groupOverrideDetails: { groupsToOverride: ["x_sso", "team:payments:responder"] },
        },
      },
    });
  });

  it.each<[string, unknown]>([
    ["says nothing of groups", {}],
    ["says null", null],
    ["has no group", { groupsToOverride: [] }],
    ["has null for groups", { groupsToOverride: null, iamRolesToOverride: null, preferredRole: null }],
  ])("has them where the pool %s", async (_what, groupConfiguration) => {
    expect(await groupsOf(eventWith(onCall, groupConfiguration))).toMatchObject({
      groupsToOverride: ["team:payments:responder"],
    });
  });

  it("keeps the roles that the pool gives", async () => {
    const held = {
      groupsToOverride: ["a"],
      iamRolesToOverride: ["arn:aws:iam::1:role/r"],
      preferredRole: "r",
    };
    expect(await groupsOf(eventWith(onCall, held))).toEqual({
      ...held,
      groupsToOverride: ["a", "team:payments:responder"],
    });
  });

  it.each<[string, Attributes]>([
    ["has no group there that stands for one", { "custom:idp_groups": "Unknown" }],
    ["has none there", {}],
    ["is of the pool itself", { ...onCall, "cognito:user_status": "CONFIRMED" }],
    ["only says so in an attribute of another name", { "custom:groups": "Admins" }],
  ])("[G21] stays in the pool's groups if the person %s", async (_what, attributes) => {
    expect(await groupsOf(eventWith(attributes))).toBeUndefined();
  });

  it("is in the API's eyes what the token says", async () => {
    const { groupsToOverride } = z
      .object({ groupsToOverride: z.array(z.string()) })
      .parse(await groupsOf(eventWith({ "custom:idp_groups": '["Admins"]' })));
    const claims = { sub: SUB, token_use: "access", "cognito:groups": groupsToOverride };
    expect((await ask("get-me", { claims })).body).toMatchObject({
      roles: { platformAdmin: true },
      ignoredGroups: ["x_sso"],
    });
  });
});

describe("whoever signs in", () => {
  it.each<[string, unknown]>([
    ["nothing", null],
    ["an event of version 1", { ...eventOf(ANA), version: "1" }],
    ["no attributes", { ...eventOf(ANA), request: {} }],
    ["a name that is no text", { ...eventOf(ANA), request: { userAttributes: { name: 7 } } }],
  ])("gets a token without a name from %s, and the log says so without an attribute", async (_, event) => {
    const lines = hearLogs();
    expect(await call(event)).toEqual(event);
    expect(lines).toEqual([
      [
        "error",
        "The event of the user pool has another form: the token names nobody",
        expect.objectContaining({ task: "name-access-token" }),
      ],
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/Ana|example\.com/);
  });

  it("gets a token whatever the event holds, and nothing but the answer differs", async () => {
    hearLogs();
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.string());
    const attributes = fc.dictionary(
      fc.oneof(fc.constantFrom("name", "email", "__proto__", "sub"), text),
      text,
    );
    const events = fc.oneof(
      fc.json().map((json) => JSON.parse(json) as unknown),
      attributes.map(eventOf),
    );
    await fc.assert(
      fc.asyncProperty(events, async (event) => {
        const { response: _, ...before } = Object(JSON.parse(JSON.stringify(event))) as Record<
          string,
          unknown
        >;
        const { response: __, ...after } = Object(await call(event)) as Record<string, unknown>;
        expect(after).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  it("leaves no attribute in the log", async () => {
    const lines = hearLogs();
    await call(eventOf(ANA));
    expect(lines).toEqual([["info", "done", { task: "name-access-token", claims: ["name"] }]]);
  });
});
