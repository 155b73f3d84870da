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
    summary:
      "A token is about to be made: the access token says the person's name, else the e-mail address, and the groups that those of an identity provider stand for",
  },
} as const;

const Attribute = z.string().optional();

/**
 * The attribute of the pool with the groups that an identity provider says. The client of the sign-in page may write it;
 * no person's token may.
 */
export const PROVIDER_GROUPS = "custom:idp_groups";
/** Cognito alone sets the status. */
const STATUS = "cognito:user_status";

/**
 * What is read of an event before tokens are made. Events of version 3 have the same form. All else goes back to Cognito
 * as it came.
 */
export const PreTokenEvent = z.looseObject({
  version: z.enum(["2", "3"]),
  request: z.looseObject({
    userAttributes: z.looseObject({ name: Attribute, email: Attribute }),
    groupConfiguration: z.looseObject({ groupsToOverride: z.array(z.string()).nullish() }).nullish(),
  }),
});
export type PreTokenRequest = z.infer<typeof PreTokenEvent>["request"];

/** What the pool keeps of a person whom an identity provider has signed in. */
export const readFederated = ({ userAttributes }: PreTokenRequest) => ({
  external: userAttributes[STATUS] === "EXTERNAL_PROVIDER",
  groups: userAttributes[PROVIDER_GROUPS],
});

/** The claims that an access token gets beside Cognito's own, which no trigger can change. */
const AddedClaims = z.strictObject({ name: Attribute, email: Attribute });
type AddedClaims = z.infer<typeof AddedClaims>;

/** What a token says beside Cognito's own. `groups`: all that it has; null: those of the pool. */
export type TokenAdditions = { claims: AddedClaims; groups: string[] | null };

/**
 * What Cognito takes as the `response` of such an event. ID tokens get no claim. Groups are those of both tokens; without
 * `groupOverrideDetails` they stay as they are.
 */
export const PreTokenResponse = z.strictObject({
  claimsAndScopeOverrideDetails: z.strictObject({
    accessTokenGeneration: z.strictObject({ claimsToAddOrOverride: AddedClaims }),
    groupOverrideDetails: z.looseObject({ groupsToOverride: z.array(z.string()) }).optional(),
  }),
});
