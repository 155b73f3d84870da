// The tools, as `npm run docs` writes them from the contract.
import type { RouteName } from "../api-client/types.ts";
import table from "./tools.json" with { type: "json" };

/** Where an argument stands in the request. `wait`: nowhere, it is the client's. */
type Place = "path" | "query" | "key" | "body" | "wait";

/** Hints for hosts, which ask people before acting calls. */
type Annotations = {
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
  openWorldHint: boolean;
};

export type Tool = {
  name: RouteName;
  description: string;
  annotations: Annotations;
  /** By the names of the arguments. One that is not here is a field of the query. */
  places: Readonly<Record<string, Place>>;
  /** JSON Schema of the arguments. */
  inputSchema: object;
};

export const TOOLS = table as unknown as readonly Tool[];
