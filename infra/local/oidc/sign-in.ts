// Signing in at the local issuer: shows who there is to choose from, and takes the choice.
import type { IncomingMessage, ServerResponse } from "node:http";
import type Provider from "oidc-provider";
import { givesRole } from "../../../shared/domain/caller.ts";
import { readBody } from "../wire/request-body.ts";
import { renderSignIn, type TypedPerson } from "./pages.ts";
import { PEOPLE, type Person } from "./people.ts";

const MOST_BYTES = 10_000;

/** `people`: gets who signs in. @throws oidc-provider's error for a sign-in that is over, or another browser's */
export async function answerSignIn(
  provider: Provider,
  people: Map<string, Person>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { uid } = await provider.interactionDetails(request, response);
  if (request.method !== "POST") return sendPage(response, 200, renderSignIn(uid));
  const fields = new URLSearchParams((await readBody(request, MOST_BYTES))?.toString() ?? "");
  const chosen = readPerson(fields);
  if ("errors" in chosen) return sendPage(response, 400, renderSignIn(uid, chosen));
  people.set(chosen.user, chosen);
  await provider.interactionFinished(request, response, { login: { accountId: chosen.user } });
}

/** One of the people, or whoever is typed. */
function readPerson(fields: URLSearchParams): Person | TypedPerson {
  const known = PEOPLE.find(({ user }) => user === fields.get("person"));
  if (known) return known;
  const [name, groups] = [fields.get("name")?.trim() ?? "", fields.get("groups")?.trim() ?? ""];
  const listed = groups.split(/[\s,]+/).filter((group) => group !== "");
  const roleless = listed.filter((group) => !givesRole(group));
  const errors = {
    ...(!/^[A-Za-z0-9._-]{1,64}$/.test(name) && { name: "Write 1 to 64 letters, digits, dots, _ or -." }),
    ...(roleless.length > 0 && { groups: explainGroups(roleless) }),
  };
  return Object.keys(errors).length > 0 ? { name, groups, errors } : { user: name, groups: listed };
}

const explainGroups = (groups: readonly string[]) =>
  `${groups.map((group) => JSON.stringify(group)).join(", ")} gives no role. Groups are platform-admin, platform-auditor, and team:<teamId>: with admin, responder or observer after it.`;

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8" }).end(html);
}
