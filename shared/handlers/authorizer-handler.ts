// authorizerHandler(name, fn): the authorizer of a REST API as a Lambda handler. `fn` verifies the token.
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { APIGatewayAuthorizerResult, Context } from "aws-lambda";
import { AuthorizerEvent, type Verified } from "../contract/authorizer.ts";
import { logger, toLogFields } from "../logging/logger.ts";

/** API Gateway answers 401 for an error with exactly this message, and 500 for any other. */
const REFUSAL = "Unauthorized";

export function authorizerHandler(name: string, fn: (authorization: string) => Promise<Verified | null>) {
  return middy<unknown, APIGatewayAuthorizerResult, Error, Context>()
    .use(injectLambdaContext(logger))
    .onError(({ error }) => {
      if (error?.message !== REFUSAL) logger.error("failed", { task: name, failure: toLogFields(error) });
    })
    .handler(async (event) => {
      const { authorizationToken, methodArn } = AuthorizerEvent.parse(event);
      const verified = await fn(authorizationToken);
      logger.info(verified ? "done" : "refused", { task: name, caller: verified?.subject ?? null });
      if (!verified) throw new Error(REFUSAL);
      return toPolicy(verified, methodArn);
    });
}

/** For the whole API: API Gateway remembers the answer for the token, whichever route was called first. */
function toPolicy({ subject, issuer, lacksScope }: Verified, methodArn: string): APIGatewayAuthorizerResult {
  const [api, stage] = methodArn.split("/");
  const Effect = lacksScope ? ("Deny" as const) : ("Allow" as const);
  const statement = { Effect, Action: "execute-api:Invoke", Resource: `${api}/${stage}/*` };
  return {
    principalId: subject,
    policyDocument: { Version: "2012-10-17", Statement: [statement] },
    context: { sub: subject, iss: issuer },
  };
}
