// The authorizer of a REST API with an issuer of the deployment's own. It asks the issuer for its keys, and nothing of AWS.
import { AUTHORIZER_FUNCTION } from "../../shared/contract/authorizer.ts";
import { readEnvironment, VARIABLES } from "../../shared/contract/env.ts";
import { authorizerHandler } from "../../shared/handlers/authorizer-handler.ts";
import { verifyToken } from "../../shared/tokens/verify-token.ts";

export const handler = authorizerHandler(AUTHORIZER_FUNCTION, async (authorization) => {
  const { TOKEN_RULES } = readEnvironment(VARIABLES.authorizer, process.env);
  if (TOKEN_RULES === null)
    throw new Error("TOKEN_RULES is empty: this function has no rules to verify tokens by");
  return verifyToken(TOKEN_RULES, authorization);
});
