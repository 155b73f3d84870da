// The API client: a method for each route, with retries that have no effect twice, pages as iterators, and a wait.
import { readAnswer } from "./answer.ts";
import { type AnyInput, buildRequest, type HttpRequest } from "./request.ts";
import { pauseAfter } from "./retry.ts";
import type { RouteRow } from "./route.ts";
import { ROUTE_TABLE } from "./route-table.ts";
import { pause, send } from "./transport.ts";
import type {
  AnswerOf,
  Arguments,
  CallOptions,
  ListMethods,
  OutputOf,
  RouteMethods,
  RouteName,
} from "./types.ts";
import { type WaitOptions, waitForEnd } from "./wait-for-end.ts";

export type ClientOptions = {
  /** The address of the API, such as `https://….execute-api.eu-central-1.amazonaws.com`. */
  baseUrl: string;
  /** A token of the issuer, or a function that is asked for one before each attempt. */
  token?: string | (() => string | Promise<string>);
  /** Attempts for each call, the first one included. Default: 4. */
  attempts?: number;
  /** Maximum duration of one attempt in milliseconds. Default: 30 s, as long as API Gateway takes at most. */
  timeoutMs?: number;
  /** Default: the platform's own. */
  fetch?: typeof fetch;
  /** Waits between attempts; for tests. @throws the reason of the signal when it is aborted */
  pause?: (ms: number, signal?: AbortSignal) => Promise<void>;
};

const ALL_NAMES = Object.keys(ROUTE_TABLE) as RouteName[];

class Client {
  /** The same methods for lists, over all pages: `for await (const runbook of client.all.listRunbooks())`. */
  readonly all: ListMethods;
  private readonly options: Required<Omit<ClientOptions, "token">>;
  private readonly token: NonNullable<ClientOptions["token"]>;

  constructor({ token = "", ...options }: ClientOptions) {
    this.token = token;
    const defaults = {
      attempts: 4,
      timeoutMs: 30_000,
      fetch: (...given: Parameters<typeof fetch>) => fetch(...given),
      pause,
    };
    this.options = { ...defaults, ...options };
    const lists = ALL_NAMES.filter((name) => ROUTE_TABLE[name].isList);
    Object.assign(
      this,
      methodsOf(ALL_NAMES, async (...given) => (await this.perform(...given)).body),
    );
    this.all = methodsOf(lists, (...given) => this.listAll(...given)) as ListMethods;
  }

  /** Like the route's method, with status and headers. @throws ProblemError, UnexpectedAnswerError, ConnectionError */
  async request<N extends RouteName>(name: N, ...given: Arguments<N>): Promise<AnswerOf<N>> {
    return (await this.perform(name, ...(given as AnyArguments))) as AnswerOf<N>;
  }

  /** Returns the execution when it has ended. @throws what `getExecution` throws, or the reason of the signal */
  async waitForEnd(executionId: string, options: WaitOptions = {}): Promise<OutputOf<"get-execution">> {
    const get = async (headers: Record<string, string>, call: CallOptions) =>
      (await this.perform("get-execution", { executionId, headers }, call)) as AnswerOf<"get-execution">;
    return waitForEnd({ get, pause: this.options.pause }, options);
  }

  private async perform(name: RouteName, input: AnyInput = {}, options: CallOptions = {}) {
    const row = ROUTE_TABLE[name];
    const { fetch, attempts, baseUrl, timeoutMs } = this.options;
    const limits = { timeoutMs, ...options };
    const request = buildRequest(baseUrl, row, input);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { response, text } = await send(fetch, await this.authorize(request, row), limits);
        return { status: response.status, headers: response.headers, body: readAnswer(response, text) };
      } catch (error) {
        const ms = attempt < attempts ? pauseAfter({ error, attempt }, row, Math.random()) : null;
        if (ms === null) throw error;
        await this.options.pause(ms, options.signal);
      }
    }
  }

  private async *listAll(name: RouteName, input: AnyInput = {}, options: CallOptions = {}) {
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const query = { ...input.query, ...(cursor !== undefined && { cursor }) };
      const { body } = await this.perform(name, { ...input, query }, options);
      const page = body as { items: unknown[]; nextCursor: string | null };
      yield* page.items;
      cursor = page.nextCursor;
    }
  }

  private async authorize(request: HttpRequest, { isPublic }: RouteRow): Promise<HttpRequest> {
    const token = isPublic ? "" : typeof this.token === "string" ? this.token : await this.token();
    const headers = token === "" ? {} : { authorization: `Bearer ${token}` };
    return { ...request, headers: { ...headers, ...request.headers } };
  }
}

type AnyArguments = [input?: AnyInput, options?: CallOptions];
type Call = (name: RouteName, ...given: AnyArguments) => unknown;

const methodsOf = (names: readonly RouteName[], call: Call): object =>
  Object.fromEntries(
    names.map((name) => [
      name.replaceAll(/-(\w)/g, (_, first: string) => first.toUpperCase()),
      (...given: AnyArguments) => call(name, ...given),
    ]),
  );

/** A client of one API, for one caller. */
export type RunbooksClient = Client & RouteMethods;
export const RunbooksClient = Client as new (options: ClientOptions) => RunbooksClient;
