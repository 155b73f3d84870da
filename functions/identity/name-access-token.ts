// Trigger of the user pool before it makes tokens: the access token says the person's name, and what its groups stand for.
import { readEnvironment } from "../../shared/contract/env.ts";
import { readFederated } from "../../shared/contract/identity.ts";
import { namingClaims } from "../../shared/domain/caller.ts";
import { mapGroups } from "../../shared/domain/provider-groups.ts";
import { preTokenHandler } from "../../shared/handlers/pre-token-handler.ts";

export const handler = preTokenHandler("name-access-token", (request) => {
  const { GROUP_MAP } = readEnvironment(["GROUP_MAP"], process.env);
  const held = request.groupConfiguration?.groupsToOverride ?? [];
  const groups = mapGroups(readFederated(request), held, GROUP_MAP);
  return { claims: namingClaims(request.userAttributes), groups };
});
