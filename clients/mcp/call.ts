// Makes the request of a tool call, and waits for the end of an execution if that is asked for.
import type { RunbooksClient } from "../api-client/client.ts";
import type { AnyInput } from "../api-client/request.ts";
import type { CallOptions, RouteName } from "../api-client/types.ts";
import type { Tool } from "./tools.ts";

/** As the tool's schema has checked them. */
export type ToolArguments = Readonly<Record<string, unknown>>;

type AnyRequest = (name: RouteName, input: AnyInput, options: CallOptions) => Promise<{ body: unknown }>;

/** Returns the body of the answer. @throws what the client throws */
export async function callTool(
  client: RunbooksClient,
  tool: Tool,
  given: ToolArguments,
  signal: AbortSignal,
): Promise<unknown> {
  const { waitSeconds, executionId } = given;
  if (typeof waitSeconds === "number") await waitAtMost(client, String(executionId), waitSeconds, signal);
  const request = client.request.bind(client) as unknown as AnyRequest;
  return (await request(tool.name, inputOf(tool, given), { signal })).body;
}

async function waitAtMost(client: RunbooksClient, executionId: string, seconds: number, signal: AbortSignal) {
  try {
    await client.waitForEnd(executionId, { signal, timeoutMs: seconds * 1000 });
  } catch (error) {
    // It goes on: the caller gets it as it is now.
    if (!(error instanceof Error && error.name === "TimeoutError")) throw error;
  }
}

function inputOf({ places }: Tool, given: ToolArguments): AnyInput {
  const at = (place: string) =>
    Object.fromEntries(Object.entries(given).filter(([name]) => (places[name] ?? "query") === place));
  const { idempotencyKey } = at("key");
  return {
    ...at("path"),
    query: at("query"),
    headers: { "idempotency-key": idempotencyKey },
    ...(Object.values(places).includes("body") && { body: at("body") }),
  };
}
