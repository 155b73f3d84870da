// The REST API as an OpenAPI document with API Gateway's extensions, made from the contract's routes and the pages.

import { functionOfClass } from "../../../shared/contract/function-names.ts";
import { PAGE_ROUTES, PAGES_FUNCTION } from "../../../shared/contract/pages.ts";
import { ALWAYS_HEADERS, type Route, routeKeyOf } from "../../../shared/contract/route.ts";
import { classOf } from "../../../shared/contract/route-classes.ts";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import { GATEWAY_RESPONSES } from "./gateway-responses.ts";

type Definition = Readonly<Record<string, unknown>>;
type Parts = {
  title: string;
  /** Returns the address by which API Gateway calls a function of the stack. */
  uriOf: (functionName: string) => string;
  /** The extension that says who verifies tokens. */
  authorizer: Definition;
  /** The token needs one of these. Empty: no scope is looked at. */
  scopes: readonly string[];
};

/** The name of the authorizer within the document. */
const CALLERS = "callers";

/** A name of a path's parameter: `{runbookId}`, `{page+}`. */
const PARAMETER = /\{(\w+)\+?\}/g;

export function buildDefinition({ title, uriOf, authorizer, scopes }: Parts): Definition {
  const paths: Record<string, Record<string, Definition>> = {};
  const add = ({ method, path }: { method: string; path: string }, operation: Definition) => {
    paths[path] = { ...paths[path], [method.toLowerCase()]: { ...parametersOf(path), ...operation } };
  };
  for (const [, route] of ALL_ROUTES) {
    const security = route.access === "public" ? [] : [{ [CALLERS]: [...scopes] }];
    add(route, { ...operationOf(route, uriOf), ...(security.length > 0 && { security }) });
  }
  for (const page of PAGE_ROUTES) add(page, calling(uriOf(PAGES_FUNCTION), 200));
  return {
    openapi: "3.0.1",
    info: { title, version: "1" },
    paths,
    components: { securitySchemes: { [CALLERS]: schemeOf(authorizer) } },
    "x-amazon-apigateway-gateway-responses": GATEWAY_RESPONSES,
    // Bodies in base64: signatures are over bytes, and a page may be compressed.
    "x-amazon-apigateway-binary-media-types": ["*/*"],
  };
}

const schemeOf = (authorizer: Definition) => ({
  type: "apiKey",
  name: "Authorization",
  in: "header",
  ...authorizer,
});

function parametersOf(path: string): Definition {
  const names = [...path.matchAll(PARAMETER)].map(([, name]) => name);
  if (names.length === 0) return {};
  return {
    parameters: names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
  };
}

function operationOf(route: Route, uriOf: Parts["uriOf"]): Definition {
  const { status, always } = route.answer;
  if (always !== undefined) return answering(status, always);
  return calling(uriOf(functionOfClass(classOf(route))), status);
}

const calling = (uri: string, status: number) => ({
  responses: { [status]: { description: "The function's answer" } },
  "x-amazon-apigateway-integration": { type: "aws_proxy", httpMethod: "POST", uri },
});

/** An answer without a function. The body of a request, in base64, would be no template's input: it is made text of. */
function answering(status: number, body: unknown): Definition {
  const names = Object.entries(ALWAYS_HEADERS);
  const header = { schema: { type: "string" } };
  return {
    responses: {
      [status]: {
        description: "Always the same answer",
        headers: Object.fromEntries(names.map(([name]) => [name, header])),
        content: { "application/json": { schema: { type: "object" } } },
      },
    },
    "x-amazon-apigateway-integration": {
      type: "mock",
      contentHandling: "CONVERT_TO_TEXT",
      passthroughBehavior: "never",
      requestTemplates: { "application/json": JSON.stringify({ statusCode: status }) },
      responses: {
        default: {
          statusCode: String(status),
          contentHandling: "CONVERT_TO_TEXT",
          responseParameters: Object.fromEntries(
            names.map(([name, value]) => [`method.response.header.${name}`, `'${value}'`]),
          ),
          responseTemplates: { "application/json": JSON.stringify(body) },
        },
      },
    },
  };
}

/** Every method of the API, as `/path/METHOD`, by the key of its route. */
export const METHOD_PATHS: ReadonlyMap<string, string> = new Map(
  [...ALL_ROUTES.map(([, route]) => route), ...PAGE_ROUTES].map(({ method, path }) => [
    routeKeyOf({ method, path }),
    `${path}/${method}`,
  ]),
);
