// preTokenHandler(name, fn): a trigger of the user pool before tokens are made. It never fails: a person without a name
// in the token can work, a person without a token cannot.
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { Context } from "aws-lambda";
import type * as z from "zod";
import {
  type AddedClaims,
  PreTokenEvent,
  PreTokenResponse,
  type UserAttributes,
} from "../contract/identity.ts";
import { logger, toLogFields } from "../logging/logger.ts";

/** Returns the claims to add for a person with these attributes. */
type ClaimsOf = (attributes: UserAttributes) => AddedClaims;

/** An event of another form goes back as it came: the token is made without added claims, and the log says so. */
export function preTokenHandler(name: string, fn: ClaimsOf) {
  return middy<unknown, unknown, Error, Context>()
    .use(injectLambdaContext(logger))
    .handler(async (event) => {
      const read = PreTokenEvent.safeParse(event);
      if (!read.success) {
        const failure = toLogFields(read.error);
        logger.error("The event of the user pool has another form: the token names nobody", {
          task: name,
          failure,
        });
        return event;
      }
      const claims = fn(read.data.request.userAttributes);
      logger.info("done", { task: name, claims: Object.keys(claims) });
      // The event itself: what was parsed would lose names such as `__proto__`.
      return { ...Object(event), response: toResponse(claims) };
    });
}

const toResponse = (claims: AddedClaims): z.infer<typeof PreTokenResponse> =>
  PreTokenResponse.parse({
    claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: claims } },
  });
