// The client against the recorded exchanges of the documents: another client's bytes, so neither is its own witness.
import { expect, test } from "vitest";
import { RunbooksClient } from "../../../clients/api-client/client.ts";
import type { AnyInput } from "../../../clients/api-client/request.ts";
import { ROUTE_TABLE } from "../../../clients/api-client/route-table.ts";
import type { RouteName } from "../../../clients/api-client/types.ts";
import { type Exchange, readExamples } from "../../../infra/docs/examples.ts";

type Call = (name: RouteName, input: AnyInput) => Promise<{ body: unknown }>;

const BASE = "https://api.example";
const EXAMPLES = Object.entries(readExamples("infra/docs/examples.json")) as [RouteName, Exchange][];

/** What a caller of the client gives for a recorded request. */
function inputOf(name: RouteName, { path, headers, body }: Exchange): AnyInput {
  const url = new URL(path, BASE);
  const ids: Record<string, string> = {};
  const given = url.pathname.split("/");
  for (const [n, part] of ROUTE_TABLE[name].path.split("/").entries()) {
    const [, id] = /^\{(\w+)\}$/.exec(part) ?? [];
    if (id !== undefined) ids[id] = decodeURIComponent(given[n] ?? "");
  }
  const query = Object.fromEntries(url.searchParams);
  return { ...ids, query, headers, ...(body !== undefined && { body }) };
}

test.each(EXAMPLES)(
  "%s: the client sends what was recorded, and returns its answer",
  async (name, exchange) => {
    const sent: Request[] = [];
    const { answer } = exchange;
    const client = new RunbooksClient({
      baseUrl: BASE,
      token: "a-token",
      fetch: async (...request) => {
        sent.push(new Request(...request));
        const hasBody = answer.body !== null;
        return new Response(hasBody ? JSON.stringify(answer.body) : null, {
          status: answer.status,
          headers: { ...answer.headers, ...(hasBody && { "content-type": "application/json" }) },
        });
      },
    });
    // Each route has an input of its own type; here it comes from a recording.
    const call = client.request.bind(client) as unknown as Call;
    const returned = await call(name, inputOf(name, exchange));
    const [request] = sent;
    expect(sent).toHaveLength(1);
    expect(request?.method).toBe(exchange.method);
    const [asked, recorded] = [new URL(request?.url ?? ""), new URL(exchange.path, BASE)];
    expect(asked.pathname).toBe(recorded.pathname);
    expect(Object.fromEntries(asked.searchParams)).toEqual(Object.fromEntries(recorded.searchParams));
    for (const [header, value] of Object.entries(exchange.headers))
      expect(request?.headers.get(header)).toBe(value);
    const text = await request?.text();
    expect(text === "" || text === undefined ? undefined : JSON.parse(text)).toEqual(exchange.body);
    expect(returned.body ?? null).toEqual(answer.body);
  },
);
