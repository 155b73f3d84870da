// What takes every request that no route takes: it names the methods of a path, and nothing of what lies there.
import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { gatewayEvent } from "../../../infra/local/api-gateway/gateway-event.ts";
import { ALL_ROUTES } from "../../../shared/contract/routes.ts";
import { UNKNOWN_ROUTE } from "../../../shared/contract/unknown-route.ts";
import { callFunction, everyItem, Problem, startApi, type TestApi } from "../../support/api.ts";
import { draftIn, fresh } from "../../support/library.ts";
import { onTableCall } from "../../support/table-calls.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});

type Sent = { body?: string; headers?: Record<string, string> };

async function call(method: string, path: string, { body = "", headers = {} }: Sent = {}) {
  const request = {
    method,
    url: new URL(`http://api.example.com${path}`),
    headers,
    body: Buffer.from(body),
    sourceIp: "127.0.0.1",
    requestId: randomUUID(),
    receivedAt: new Date(),
  };
  const { name, routeKey } = UNKNOWN_ROUTE;
  const event = gatewayEvent(request, { routeKey, pathParameters: {} }, null);
  const answer = (await callFunction(`api/${name}`, event)) as {
    statusCode: number;
    headers: Record<string, string>;
    body: string;
  };
  return { ...answer, requestId: request.requestId };
}

async function ask(method: string, path: string, sent: Sent = {}) {
  const answer = await call(method, path, sent);
  const problem = Problem.parse(JSON.parse(answer.body));
  expect(problem).toMatchObject({ status: answer.statusCode, requestId: answer.requestId });
  expect(answer.headers).toMatchObject({
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  return { status: answer.statusCode, allow: answer.headers["allow"], problem, text: answer.body };
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];
/** A word in a path may also be an id there: `/executions/cancel`. */
const isPathOf = (path: string, pattern: string) =>
  new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path);
const PATHS = [...new Set(ALL_ROUTES.map(([, { path }]) => path))].map((path) => {
  const routes = ALL_ROUTES.filter(([, route]) => route.path === path || isPathOf(path, route.path));
  return [path, [...new Set(routes.map(([, { method }]) => method))]] as const;
});

describe("a path of the contract", () => {
  it.each(PATHS)("%s with a method that it has not is 405, and Allow names %j", async (path, methods) => {
    const real = path.replaceAll(/\{\w+\}/g, () => fresh("id"));
    const others = METHODS.filter((method) => !methods.some((known) => known === method));
    expect(others.length).toBeGreaterThan(3);
    for (const method of others) {
      const { problem, allow } = await ask(method, real);
      expect(problem, method).toMatchObject({ status: 405, code: "method_not_allowed" });
      expect(allow?.split(", ").sort(), method).toEqual([...methods].sort());
    }
  });

  it("with an id that cannot be decoded is 404", async () => {
    const { problem, allow } = await ask("GET", "/runbooks/%ff");
    expect(problem).toMatchObject({ status: 404, code: "not_found" });
    expect(allow).toBeUndefined();
  });

  it("is answered the same whether there is something or not, and the table is not asked", async () => {
    const runbookId = await draftIn("payments");
    const before = await everyItem(api.table);
    const asked: string[] = [];
    const stop = onTableCall((name) => asked.push(name));
    const [there, nowhere] = [await ask("PUT", `/runbooks/${runbookId}`), await ask("PUT", "/runbooks/nope")];
    stop();
    const { requestId: _one, ...known } = there.problem;
    const { requestId: _other, ...unknown } = nowhere.problem;
    expect([known, there.allow]).toEqual([unknown, nowhere.allow]);
    expect(asked).toEqual([]);
    expect(await everyItem(api.table)).toEqual(before);
  });
});

describe("a page for browsers", () => {
  it.each(["/console", "/console/runbooks/x/review", "/console/assets/a.js"])(
    "%s with a method that it has not is 405, and Allow names its own",
    async (path) => {
      for (const method of METHODS.filter((name) => name !== "GET" && name !== "HEAD")) {
        expect(await ask(method, path), method).toMatchObject({ status: 405, allow: "GET, HEAD" });
      }
    },
  );

  it("with a slash at its end, which no route can have, is where it leads to", async () => {
    for (const method of ["GET", "HEAD"]) {
      const { statusCode, headers } = await call(method, "/console/?a=1&b=2");
      expect({ statusCode, location: headers["location"] }).toEqual({
        statusCode: 308,
        location: "/console?a=1&b=2",
      });
    }
    expect(await ask("POST", "/console/")).toMatchObject({ status: 404 });
  });

  it.each(["//console/", "/console//evil.example/", "/\\evil.example/"])(
    "leads nowhere else: %s",
    async (path) => {
      const { statusCode } = await call("GET", path);
      expect(statusCode).not.toBe(308);
    },
  );
});

describe("any other path", () => {
  it.each(["/", "/nothing", "/runbooks/", "/RUNBOOKS", "/runbooks//versions", "/.git/config", "/__proto__"])(
    "%s is 404 with every method",
    async (path) => {
      for (const method of METHODS) {
        const { problem, allow } = await ask(method, path);
        expect(problem, method).toMatchObject({ status: 404, code: "not_found" });
        expect(allow, method).toBeUndefined();
      }
    },
  );

  it("is answered without any of the request", async () => {
    const secret = fresh("secret");
    const headers = { authorization: `Bearer ${secret}`, "x-secret": secret, cookie: `a=${secret}` };
    for (const path of [`/${secret}?q=${secret}`, `/runbooks/${secret}?q=${secret}`]) {
      const { text } = await ask("PUT", path, { body: `{"${secret}`, headers });
      expect(text).not.toContain(secret);
    }
  });
});
