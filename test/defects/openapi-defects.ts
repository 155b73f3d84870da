// Defects of OpenAPI documents that no generator of clients can use, or that it makes a wrong client of.
import type { KnownDefect } from "./known-defects.ts";

const DOCUMENT = "test/infra/docs/openapi.test.ts";

export const OPENAPI_DEFECTS: readonly KnownDefect[] = [
  {
    defect: "Answers are described as closed: a client that validates breaks with each new field",
    known: "schemas of strict objects, published as they are",
    file: "infra/docs/openapi/schemas.ts",
    find: 'if (io === "output" && schema.additionalProperties === false)',
    replace: 'if (io === "input" && schema.additionalProperties === false)',
    test: DOCUMENT,
    name: "leaves answers open",
  },
  {
    defect: "Numbers in paths and queries are described as text",
    known: "schemas that read text and transform it",
    file: "shared/contract/route.ts",
    find: "return z.preprocess(read, z.int().min(1).max(most));",
    replace: "return z.string().transform(read).pipe(z.int().min(1).max(most));",
    test: DOCUMENT,
    name: "has numbers as numbers",
  },
  {
    defect: "Generated clients must send every field that has a default",
    known: "openapi-typescript's defaultNonNullable",
    file: "infra/docs/openapi/defaults.ts",
    find: "if (fallback === undefined) return plain;",
    replace: "if (fallback !== null) return schema;",
    test: DOCUMENT,
    name: "says defaults of requests in words",
  },
  {
    defect: "What the gateway answers by itself is not described",
    known: "documents that are made from handlers alone",
    file: "infra/docs/openapi/responses.ts",
    find: "const FROM_GATEWAY = [429, 431];",
    replace: "const FROM_GATEWAY: number[] = [];",
    test: DOCUMENT,
    name: "has each status that the route or the gateway can answer",
  },
  {
    defect: "A token of its own is described as a parameter, which clients log",
    known: "API keys in header parameters",
    file: "infra/docs/openapi/parameters.ts",
    find: ".filter(([name]) => name !== route.tokenHeader)",
    replace: ".filter(([name]) => name !== route.path)",
    test: DOCUMENT,
    name: "has a callback's token as a security scheme",
  },
  {
    defect: "A reference leads to a shape that is not in the document",
    known: "140 references to `#/$defs/__schema0` in an earlier form of this document",
    file: "infra/docs/openapi/schemas.ts",
    find: 'open.push(...referencesIn(all[name], "schemas"));',
    replace: "",
    test: DOCUMENT,
    name: "refers to each of its schemas",
  },
];
