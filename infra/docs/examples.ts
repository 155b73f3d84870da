// Records one real exchange for each route in a session with a local stack.
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { ALL_ROUTES, type RouteName } from "../../shared/contract/routes.ts";
import { Json, type JsonValue } from "../../shared/domain/json.ts";
import type { DemoHost } from "../local/demo/host.ts";

const Headers = z.record(z.string(), z.string());
/** The callers in the examples: an author, an approver and a responder. */
export const CAST = {
  ana: ["team:payments:admin"],
  boss: ["platform-admin"],
  rob: ["team:payments:responder"],
} as const;
type Name = keyof typeof CAST;
/** Caller → groups. */
type Cast = Readonly<Record<Name, readonly string[]>>;
const NAMES: [Name, ...Name[]] = ["ana", "boss", "rob"];

const Exchange = z.strictObject({
  as: z.enum(NAMES),
  method: z.string(),
  path: z.string(),
  headers: Headers,
  /** Undefined: the request has no body. */
  body: Json.optional(),
  answer: z.strictObject({ status: z.int(), headers: Headers, body: Json }),
});
export type Exchange = z.output<typeof Exchange>;

/** One exchange for each route. */
export type Examples = Readonly<Record<RouteName, Exchange>>;

/** Reads the last recorded examples. Throws if a route has none. */
export function readExamples(file: string): Examples {
  const names = ALL_ROUTES.map(([name]) => name);
  return z.record(z.enum(names), Exchange).parse(JSON.parse(readFileSync(file, "utf8")));
}

/** `as` defaults to Ana. */
type Options = { as?: Name; body?: JsonValue; headers?: Record<string, string> };

const SHOWN_HEADERS = ["location", "etag", "retry-after"];
const Identified = z.looseObject({ id: z.string() });
const CompletedExecution = z.looseObject({ status: z.string() });

/** Throws with the status and the problem if the request was refused. */
function requireTaken({ method, path, answer }: Exchange): void {
  if (answer.status < 400) return;
  throw new Error(`${method} ${path} was refused with ${answer.status}: ${JSON.stringify(answer.body)}`);
}

/** Sends the requests of the session, and keeps the recorded exchanges. */
export class Session {
  readonly exchanges = new Map<RouteName, Exchange>();
  private readonly host: Pick<DemoHost, "api" | "token">;
  private readonly cast: Cast;

  constructor(host: Pick<DemoHost, "api" | "token">, cast: Cast = CAST) {
    this.host = host;
    this.cast = cast;
  }

  async ask(
    method: string,
    path: string,
    { as = "ana", body, headers = {} }: Options = {},
  ): Promise<Exchange> {
    const token = await this.host.token(as, ...this.cast[as]);
    const typed = body === undefined ? {} : { "content-type": "application/json" };
    const response = await fetch(this.host.api + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...typed, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const shown = SHOWN_HEADERS.flatMap((name) => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    const answer = {
      status: response.status,
      headers: Object.fromEntries(shown),
      body: text === "" ? null : Json.parse(JSON.parse(text)),
    };
    return { as, method, path, headers, ...(body !== undefined && { body }), answer };
  }

  /** Sends a request that must be taken, without recording the exchange. */
  async send(method: string, path: string, options: Options = {}): Promise<Exchange> {
    const exchange = await this.ask(method, path, options);
    requireTaken(exchange);
    return exchange;
  }

  /** Creates a resource without recording the exchange. Returns its id. */
  async create(path: string, options: Options): Promise<string> {
    const { answer } = await this.send("POST", path, options);
    return Identified.parse(answer.body).id;
  }

  /** Sends the request and records the exchange as the route's example. Returns the id in the response, or "". */
  async record(route: RouteName, method: string, path: string, options: Options = {}): Promise<string> {
    const exchange = await this.send(method, path, options);
    this.exchanges.set(route, exchange);
    return Identified.safeParse(exchange.answer.body).data?.id ?? "";
  }

  /** Polls until the response is `good`. Throws after 20 s. */
  async poll(path: string, good: (answer: Exchange["answer"]) => boolean, as: Name = "ana"): Promise<void> {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const { answer } = await this.ask("GET", path, { as });
      if (good(answer)) return;
      if (Date.now() > deadline)
        throw new Error(
          `${path} did not reach the expected state within 20 s: ${JSON.stringify(answer.body)}`,
        );
      await pause(50);
    }
  }

  async waitUntilCompleted(executionId: string): Promise<void> {
    await this.poll(`/executions/${executionId}`, ({ body }) => {
      const { status } = CompletedExecution.parse(body);
      return status !== "PENDING" && status !== "RUNNING";
    });
  }
}
