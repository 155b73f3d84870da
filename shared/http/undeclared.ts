// What a request carries and its route does not declare: refused, because whoever sent it counts on its effect.
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Method, Route } from "../contract/route.ts";
import { type Issue, pointer } from "../domain/errors.ts";

/** Headers that change what a request does. A read is answered in full whatever a cache asks, and that is right. */
const SIGNIFICANT_HEADERS: Readonly<Record<string, (method: Method) => boolean>> = {
  "if-match": () => true,
  "if-unmodified-since": () => true,
  "if-none-match": (method) => method !== "GET",
  "if-modified-since": (method) => method !== "GET",
  "idempotency-key": () => true,
};

/** Unknown query fields are not among these: the route's schema tells them. */
export function findUndeclaredParts(event: APIGatewayProxyEventV2, route: Route): Issue[] {
  return [
    ...findRepeatedFields(event.rawQueryString),
    ...findUndeclaredHeaders(event, route),
    ...findUndeclaredBody(event, route),
  ];
}

/** The gateway joins them with commas, as if they were one. */
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

function findUndeclaredHeaders(event: APIGatewayProxyEventV2, { method, headers: schema }: Route): Issue[] {
  const declared = schema?.shape ?? {};
  return Object.entries(SIGNIFICANT_HEADERS)
    .filter(([name, isMeant]) => event.headers[name] !== undefined && isMeant(method) && !(name in declared))
    .map(([name]) => ({
      pointer: pointer(["headers", name]),
      message: "is not honoured by this route: leave it out",
      code: "not_taken",
    }));
}

function findUndeclaredBody(event: APIGatewayProxyEventV2, route: Route): Issue[] {
  if (route.body || (event.body ?? "") === "") return [];
  return [{ pointer: "", message: "this route takes no body: leave it out", code: "not_taken" }];
}
