// What the client sends, and what it makes of the answers, on real sockets.
import { describe, expect, expectTypeOf, it } from "vitest";
import { type ClientOptions, RunbooksClient } from "../../../clients/api-client/client.ts";
import { ConnectionError, ProblemError, UnexpectedAnswerError } from "../../../clients/api-client/errors.ts";
import type { ItemOf, OutputOf, ProblemCode } from "../../../clients/api-client/types.ts";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import { type Answering, startRaw, startReceiver } from "../../support/receiver.ts";

const json = (status: number, body: unknown, headers = {}) => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

/** A service that answers what the test says, and a client without pauses. */
async function startService(answer: Answering, options: Partial<ClientOptions> = {}) {
  const service = await startReceiver(answer);
  const pauses: number[] = [];
  const pause = async (ms: number) => void pauses.push(ms);
  const client = new RunbooksClient({ baseUrl: service.url, token: "a.b.c", pause, ...options });
  return { service, client, pauses, [Symbol.asyncDispose]: () => service.close() };
}

const thrownBy = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: unknown) => error,
  );

describe("a call", () => {
  it("fills the path, the query and the headers, and sends the token", async () => {
    await using it = await startService(() => json(200, { items: [], nextCursor: null }));
    await it.client.listExecutions({
      runbookId: "runbook_1",
      query: { status: ["FAILED", "CANCELLED"], limit: 5 },
    });
    await it.client.diffVersions({ runbookId: "a/b ?", version: 3, query: {} });
    const [first, second] = it.service.requests;
    expect([first?.method, first?.path]).toEqual([
      "GET",
      "/runbooks/runbook_1/executions?status=FAILED%2CCANCELLED&limit=5",
    ]);
    expect(first?.headers["authorization"]).toBe("Bearer a.b.c");
    expect(first?.headers["content-type"]).toBeUndefined();
    expect(second?.path).toBe("/runbooks/a%2Fb%20%3F/versions/3/diff");
  });

  it("sends a body as JSON, and a header that the caller gives", async () => {
    await using it = await startService(() => json(200, {}));
    await it.client.updateRunbook({
      runbookId: "runbook_1",
      headers: { "if-match": '"3"' },
      body: { timeoutSeconds: 60 },
    });
    const [request] = it.service.requests;
    expect(request).toMatchObject({ method: "PATCH", body: '{"timeoutSeconds":60}' });
    expect(request?.headers).toMatchObject({ "if-match": '"3"', "content-type": "application/json" });
  });

  it("sends no token to a public route", async () => {
    await using it = await startService(() => json(200, { status: "ok" }));
    expect(await it.client.getHealth()).toEqual({ status: "ok" });
    expect(it.service.requests[0]?.headers["authorization"]).toBeUndefined();
  });

  it("asks a function for the token before each attempt", async () => {
    const tokens = ["old", "new"];
    const statuses = [503, 200];
    await using it = await startService(() => json(statuses.shift() ?? 200, { message: "busy" }), {
      token: async () => tokens.shift() ?? "",
    });
    await it.client.getControls();
    expect(it.service.requests.map(({ headers }) => headers["authorization"])).toEqual([
      "Bearer old",
      "Bearer new",
    ]);
  });

  it.each(["", ".", ".."])("refuses the id %j, which would lead to another path", async (runbookId) => {
    await using it = await startService(() => json(200, {}));
    expect(await thrownBy(it.client.deleteRunbook({ runbookId }))).toBeInstanceOf(TypeError);
    expect(it.service.requests).toEqual([]);
  });

  it("gives status and headers when they are asked for, and undefined for an answer without a body", async () => {
    await using it = await startService(({ method }) =>
      method === "DELETE" ? { status: 204 } : json(200, { version: 2 }, { etag: '"2"' }),
    );
    const answer = await it.client.request("get-runbook", { runbookId: "runbook_1" });
    expect([answer.status, answer.headers.get("etag"), answer.body]).toEqual([200, '"2"', { version: 2 }]);
    expect(await it.client.deleteRunbook({ runbookId: "runbook_1" })).toBeUndefined();
  });

  it("has a method for each route", () => {
    const client = new RunbooksClient({ baseUrl: "http://127.0.0.1:1" });
    const names = ALL_ROUTES.map(([name]) =>
      name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
    );
    expect(names.filter((name) => typeof Reflect.get(client, name) !== "function")).toEqual([]);
  });
});

describe("the types", () => {
  it("are those of the contract", () => {
    type Client = RunbooksClient;
    expectTypeOf<Awaited<ReturnType<Client["startExecution"]>>["status"]>().toEqualTypeOf<
      OutputOf<"get-execution">["status"]
    >();
    expectTypeOf<ItemOf<"list-runbooks">["name"]>().toEqualTypeOf<string>();
    expectTypeOf<{ runbookId: string }>().toExtend<Parameters<Client["getRunbook"]>[0]>();
    expectTypeOf<{ runbookId: number }>().not.toExtend<Parameters<Client["getRunbook"]>[0]>();
    expectTypeOf<number>().not.toExtend<Parameters<Client["listRunbooks"]>[0]>();
    expectTypeOf<{ query: object }>().not.toExtend<Parameters<Client["getControls"]>[0]>();
    expectTypeOf<NonNullable<Parameters<Client["listRunbooks"]>[0]>["query"]>().toExtend<
      | { limit?: number | undefined; approvalStatus?: "DRAFT" | "APPROVED" | "DEPRECATED" | undefined }
      | undefined
    >();
    expectTypeOf<ProblemError["code"]>().toEqualTypeOf<ProblemCode>();
    expectTypeOf<"runbook_not_approved">().toExtend<ProblemCode>();
    expectTypeOf<{ runbookId: string }>().not.toExtend<Parameters<Client["approveRunbook"]>[0]>();
  });
});

describe("a refusal", () => {
  const problem = {
    ...{ type: "urn:runbooks:problem:invalid_parameters", title: "The parameters are invalid", status: 400 },
    ...{ code: "invalid_parameters", detail: "`service` is missing.", requestId: "r-1" },
    errors: [{ pointer: "/parameters/service", message: "is required", code: "required" }],
  };

  it("is a ProblemError with all that the problem says", async () => {
    await using it = await startService(() => ({
      ...json(400, problem),
      headers: { "content-type": "application/problem+json; charset=utf-8" },
    }));
    const error = await thrownBy(it.client.startExecution({ runbookId: "runbook_1" }));
    expect(error).toBeInstanceOf(ProblemError);
    const { status, code, title, detail, errors, requestId } = problem;
    expect(error).toMatchObject({ message: detail, status, code, title, detail, errors, requestId });
    expect(error).toMatchObject({ retryAfterSeconds: null });
    expect(it.service.requests).toHaveLength(1);
  });

  it.each([
    [401, "unauthenticated"],
    [403, "not_permitted"],
    [404, "not_found"],
    [413, "payload_too_large"],
    [500, "internal_error"],
  ])("by the gateway itself, %i, has the code %s", async (status, code) => {
    await using it = await startService(() => json(status, { message: "No" }, { "apigw-requestid": "r-2" }));
    const error = await thrownBy(it.client.getControls());
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ status, code, detail: "No", errors: [], requestId: "r-2" });
  });
});

describe("what is not an answer of the API", () => {
  it.each<[string, ReturnType<typeof json>, string]>([
    [
      "a page of a proxy",
      { status: 200, headers: { "content-type": "text/html" }, body: "<html>" },
      "text/html",
    ],
    [
      "a proxy's error",
      { status: 400, headers: { "content-type": "text/html" }, body: "<html>" },
      "text/html",
    ],
    ["a redirect to a login", { status: 302, headers: { location: "/login" } as never, body: "" }, ""],
    ["JSON that is cut off", { ...json(200, {}), body: '{"items": [' }, "application/json"],
    ["JSON of another service", json(409, { ok: false }), "application/json"],
  ])("%s", async (_, answer, contentType) => {
    await using it = await startService(() => answer);
    const error = await thrownBy(it.client.listRunbooks());
    expect(error).toBeInstanceOf(UnexpectedAnswerError);
    expect(error).toMatchObject({ status: answer.status, contentType });
    expect(it.service.requests).toHaveLength(1);
  });

  it("an answer that is not HTTP", async () => {
    await using raw = await startRaw("SSH-2.0-OpenSSH_9.6\r\n", (socket) => socket.end());
    const client = new RunbooksClient({ baseUrl: raw.url, attempts: 1 });
    expect(await thrownBy(client.getHealth())).toBeInstanceOf(ConnectionError);
  });
});
