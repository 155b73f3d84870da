// Generates the OpenAPI 3.1 document from the contract.

import { ROUTE_GROUPS } from "../../../shared/contract/routes.ts";
import { CALLBACK_TOKEN_HEADER } from "../../../shared/domain/executions/callback.ts";
import type { JsonObject } from "../../../shared/domain/json.ts";
import type { Examples } from "../examples.ts";
import { defaultsInWords } from "./defaults.ts";
import { paths } from "./operations.ts";
import { shareParameters } from "./parameters.ts";
import { SHARED_HEADERS, sharedResponses } from "./responses.ts";
import { namedSchemas, usedSchemas } from "./schemas.ts";

const API_VERSION = "1.0.0";

export function buildOpenApiDocument(examples: Examples): JsonObject {
  const document: JsonObject = {
    openapi: "3.1.0",
    info: {
      title: "Runbook automation",
      version: API_VERSION,
      description: ABOUT,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [
      { url: "/", description: "The host that serves this document." },
      { url: "http://127.0.0.1:3000", description: "The local stack, as `npm start` serves it." },
    ],
    tags: Object.entries(ROUTE_GROUPS).map(([name, { about }]) => ({ name, description: about })),
    security: [{ token: [] }],
  };
  const named = namedSchemas();
  const { paths: operations, parameters } = shareParameters(paths(examples, named));
  const responses = sharedResponses();
  const used = usedSchemas({ operations, parameters, responses }, named);
  return {
    ...document,
    paths: operations,
    components: {
      schemas: Object.fromEntries(
        Object.entries(used).map(([name, schema]) => [name, defaultsInWords(schema, named)]),
      ),
      parameters,
      responses,
      headers: SHARED_HEADERS,
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

const SECURITY_SCHEMES: JsonObject = {
  token: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "A token of the issuer that the deployment trusts. Its groups say what the caller may do.",
  },
  callbackToken: {
    type: "apiKey",
    in: "header",
    name: CALLBACK_TOKEN_HEADER,
    description:
      "The token that came with the webhook request, in the header of the same name. It is valid until the end of the work is reported.",
  },
};

const ABOUT = `Teams keep a library of runbooks: webhooks with typed parameters. A platform admin approves a runbook before it may run. Each execution keeps the definition that it ran, the request, each attempt and the answer.

**Errors** are \`application/problem+json\` (RFC 9457). Branch on \`code\`. On AWS, API Gateway itself answers some requests, with \`{"message": "…"}\`.

**Lists** answer \`{items, nextCursor}\`. Send \`nextCursor\` back as \`cursor\` until it is null.

**What may change without notice.** Answers may get new fields, enumerations of answers new values, problems new codes, and events new fields. Ignore what you do not know. A field that is there stays, with its meaning, and so does each route. Requests are closed: a field that a route does not declare is refused.`;
