// The function that verifies tokens for a REST API, where the issuer is none of Cognito's: what it is told, asked and answers.
import * as z from "zod";
import { jsonText } from "./json-text.ts";

export const AUTHORIZER_FUNCTION = "authorize-call";

/** Which tokens the API takes. `scopes`: a token needs one of them; none: no scope is looked at. */
export const TokenRules = z.strictObject({
  issuer: z.url({ protocol: /^https?$/ }),
  audience: z.array(z.string().min(1)).min(1),
  scopes: z.array(z.string().min(1)),
});
export type TokenRules = z.output<typeof TokenRules>;

/** The variable: JSON, or nothing where API Gateway verifies tokens itself. */
export const TokenRulesText = jsonText(TokenRules, "rules for tokens");

/** API Gateway's question. `methodArn`: `arn:…:execute-api:region:account:api/stage/METHOD/path`. */
export const AuthorizerEvent = z.object({
  type: z.literal("TOKEN"),
  authorizationToken: z.string(),
  methodArn: z.string().regex(/^arn:[^/]+\/[^/]+\/.+$/),
});

/** `lacksScope`: a true token of a caller who may do nothing here. */
export type Verified = { subject: string; issuer: string; lacksScope: boolean };
