// Trigger of the user pool before it makes tokens: the access token says the person's name, else the e-mail address.
import { namingClaims } from "../../shared/domain/caller.ts";
import { preTokenHandler } from "../../shared/handlers/pre-token-handler.ts";

export const handler = preTokenHandler("name-access-token", namingClaims);
