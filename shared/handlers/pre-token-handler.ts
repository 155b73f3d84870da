// preTokenHandler(name, fn): a trigger of the user pool before tokens are made. It never fails: a person without a name
// in the token can work, a person without a token cannot.
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { Context } from "aws-lambda";
import type * as z from "zod";
import {
  PreTokenEvent,
  type PreTokenRequest,
  PreTokenResponse,
  type TokenAdditions,
} from "../contract/identity.ts";
import { logger, toLogFields } from "../logging/logger.ts";

/** Returns what to add for the person of this request. */
type AdditionsOf = (request: PreTokenRequest) => TokenAdditions;

/** An event of another form goes back as it came: the token is made without additions, and the log says so. */
export function preTokenHandler(name: string, fn: AdditionsOf) {
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
      const additions = fn(read.data.request);
      const { claims, groups } = additions;
      logger.info("done", {
        task: name,
        claims: Object.keys(claims),
        ...(groups && { groups: groups.length }),
      });
      // The event itself: what was parsed would lose names such as `__proto__`.
      return { ...Object(event), response: toResponse(additions, read.data.request) };
    });
}

/** What else Cognito says of groups goes back as it came: an answer without it would take it away. */
const toResponse = (
  { claims, groups }: TokenAdditions,
  { groupConfiguration }: PreTokenRequest,
): z.infer<typeof PreTokenResponse> =>
  PreTokenResponse.parse({
    claimsAndScopeOverrideDetails: {
      accessTokenGeneration: { claimsToAddOrOverride: claims },
      ...(groups && { groupOverrideDetails: { ...groupConfiguration, groupsToOverride: groups } }),
    },
  });
