// The triggers of the stack's own user pool, as data: what calls each function, and what the function reads and answers.
import * as z from "zod";

/**
 * `eventVersion`: of the events that Cognito sends. From `V2_0` on, a function may change access tokens, which the pool's
 * feature plan Essentials allows. Cognito gives a trigger 5 seconds.
 */
export const POOL_TRIGGERS = {
  PreTokenGeneration: {
    target: "name-access-token",
    eventVersion: "V2_0",
    timeoutSeconds: 5,
    summary: "A token is about to be made: the access token says the person's name, else the e-mail address",
  },
} as const;

const Attribute = z.string().optional();

/**
 * What is read of an event before tokens are made. Events of version 3 have the same form. All else goes back to Cognito
 * as it came.
 */
export const PreTokenEvent = z.looseObject({
  version: z.enum(["2", "3"]),
  request: z.looseObject({ userAttributes: z.looseObject({ name: Attribute, email: Attribute }) }),
});
export type UserAttributes = z.infer<typeof PreTokenEvent>["request"]["userAttributes"];

/** The claims that an access token gets beside Cognito's own, which no trigger can change. */
const AddedClaims = z.strictObject({ name: Attribute, email: Attribute });
export type AddedClaims = z.infer<typeof AddedClaims>;

/** What Cognito takes as the `response` of such an event. ID tokens and groups stay as they are. */
export const PreTokenResponse = z.strictObject({
  claimsAndScopeOverrideDetails: z.strictObject({
    accessTokenGeneration: z.strictObject({ claimsToAddOrOverride: AddedClaims }),
  }),
});
