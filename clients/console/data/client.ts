// The API client of the session: the API is at the page's own origin.
import { RunbooksClient } from "../../api-client/client.ts";
import { currentToken } from "../session/tokens.ts";
import { endSession } from "./session.ts";

export const client = new RunbooksClient({
  baseUrl: globalThis.location.origin,
  token: currentToken,
  fetch: fetchWatched,
});

/** A 401 means that the token no longer counts: currentToken has renewed it if that was possible. */
async function fetchWatched(...request: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(...request);
  if (response.status === 401) endSession();
  return response;
}
