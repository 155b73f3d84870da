// Refuses request parts that the route does not declare, because the sender relies on their effect.
import type { Method, Route } from "../contract/route.ts";
import { type Issue, pointer } from "../domain/errors.ts";
import type { ApiEvent } from "./call.ts";

/** Headers that change the effect of a request. A conditional GET may always be answered in full. */
const SIGNIFICANT_HEADERS: Readonly<Record<string, (method: Method) => boolean>> = {
  "if-match": () => true,
  "if-unmodified-since": () => true,
  "if-none-match": (method) => method !== "GET",
  "if-modified-since": (method) => method !== "GET",
  "idempotency-key": () => true,
};

/** Does not report unknown query fields, which the route's schema reports, but for those that an open schema drops. */
export function findUndeclaredParts(event: ApiEvent, route: Route): Issue[] {
  return [
    ...findRepeatedFields(event.rawQueryString),
    ...findDroppedFields(event.rawQueryString, route),
    ...findUndeclaredHeaders(event, route),
    ...findUndeclaredBody(event, route),
  ];
}

/** `query` joins repeated fields with commas, as if they were one. */
function findRepeatedFields(rawQueryString: string): Issue[] {
  const names = [...new URLSearchParams(rawQueryString).keys()];
  const seen = new Set<string>();
  const repeated = new Set(names.filter((name) => seen.has(name) || !seen.add(name)));
  return [...repeated].map((name) => ({
    pointer: pointer(["query", name]),
    message: "is given more than once",
    code: "duplicate_name",
  }));
}

/** A schema that is open for names of the caller's choice drops this one without a word. */
const DROPPED = "__proto__";

function findDroppedFields(rawQueryString: string, { query }: Route): Issue[] {
  const isOpen = query?.def.catchall?._zod.def.type === "unknown";
  if (!isOpen || !new URLSearchParams(rawQueryString).has(DROPPED)) return [];
  return [{ pointer: pointer(["query", DROPPED]), message: "is not a known field", code: "unknown_field" }];
}

/** A system that signs its messages sends what headers it likes, for every receiver alike. */
function findUndeclaredHeaders(event: ApiEvent, { method, headers: schema, signed }: Route): Issue[] {
  if (signed) return [];
  const declared = schema?.shape ?? {};
  return Object.entries(SIGNIFICANT_HEADERS)
    .filter(([name, isMeant]) => event.headers[name] !== undefined && isMeant(method) && !(name in declared))
    .map(([name]) => ({
      pointer: pointer(["headers", name]),
      message: "is not honoured by this route: leave it out",
      code: "not_taken",
    }));
}

function findUndeclaredBody(event: ApiEvent, route: Route): Issue[] {
  if (route.body || event.body === "") return [];
  return [{ pointer: "", message: "this route takes no body: leave it out", code: "not_taken" }];
}
