// The whole local stack behind a REST API: payload format 1.0, every body in base64, no route for what is unknown.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { Problem } from "../../support/api.ts";
import { startLocalHost, type TestHost, tokenOf } from "../../support/local-host.ts";
import { type Receiver, startReceiver } from "../../support/receiver.ts";
import { signedBy } from "../../support/signed-messages.ts";
import { asOfYesterday, readSample } from "../../support/source-samples.ts";

const BOSS = { user: "boss", groups: ["platform-admin"] };
const Created = z.looseObject({ id: z.string() });

let host: TestHost;
let receiver: Receiver;
beforeAll(async () => {
  process.env["POWERTOOLS_LOG_LEVEL"] = "SILENT";
  host = await startLocalHost({ schedules: {} }, { apiKind: "rest" });
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.close();
  await host.stop();
});

const create = async (path: string, body: object) =>
  Created.parse((await host.ask("POST", path, { as: BOSS, body })).body).id;

async function approvedRunbook(): Promise<string> {
  const id = await create("/runbooks", {
    name: "Look",
    description: "Looks at it",
    webhookUrl: receiver.url,
    teamId: null,
    payloadTemplate: '{"incident": {{incident.id}}}',
  });
  await host.ask("POST", `/runbooks/${id}/approve`, { as: BOSS, body: { version: 1 } });
  return id;
}

const Listed = z.looseObject({ items: z.array(z.looseObject({ id: z.string() })) });
const listed = async (path: string) => Listed.parse((await host.ask("GET", path, { as: BOSS })).body).items;

describe("a message of a source", () => {
  it("is verified over the very bytes that were signed, and its incident has a run", async () => {
    const source = readSample("pagerduty", "source");
    const { secret } = z.object({ secret: z.string() }).parse(source["verification"]);
    const sourceId = await create("/sources", source);
    const body = asOfYesterday(readSample("pagerduty", "triggered"));
    const send = async (signed: string, sent: string) => {
      const headers = { "content-type": "application/json", ...signedBy("pagerduty", secret, signed) };
      return (await host.ask("POST", `/intake/${sourceId}`, { body: sent, headers })).status;
    };
    // The same JSON, written otherwise.
    expect(await send(body, `${body} `)).toBe(401);
    expect(await send(body, body)).toBe(202);
    await expect.poll(async () => (await listed("/incidents")).length).toBe(1);

    const [incident] = await listed("/incidents");
    const incidentId = incident?.id ?? "";
    const started = await host.ask("POST", `/runbooks/${await approvedRunbook()}/executions`, {
      as: BOSS,
      body: { incidentId },
    });
    expect([started.status, started.text]).toEqual([202, expect.any(String)]);
    const { id } = Created.parse(started.body);
    const read = async () => (await host.ask("GET", `/executions/${id}`, { as: BOSS })).body;
    await expect.poll(read).toMatchObject({ status: "SUCCESS" });
    // The colon in the incident's id is `%3A` in the address, and in the event of a REST API.
    expect(incidentId).toContain(":");
    const path = `/incidents/${encodeURIComponent(incidentId)}/executions?limit=5`;
    expect(await listed(path)).toMatchObject([{ id }]);
  });
});

describe("the gateway itself", () => {
  it("answers the health check without any function", async () => {
    const { status, headers, body } = await host.ask("GET", "/health");
    expect([status, body]).toEqual([200, { status: "ok" }]);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-type")).toBe("application/json");
  });

  it.each([
    ["GET", "/nothing"],
    ["GET", "/runbooks/"],
    ["PUT", "/runbooks"],
    ["OPTIONS", "/runbooks"],
  ])("answers %s %s, which no route has, with a 404 problem", async (method, path) => {
    const answer = await host.ask(method, path, { as: BOSS });
    expect(Problem.parse(answer.body)).toMatchObject({ status: 404, code: "not_found" });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
  });

  it("answers a request without a token with a 401 problem, and one of 11 MB with a 413", async () => {
    expect(Problem.parse((await host.ask("GET", "/runbooks")).body).code).toBe("unauthenticated");
    const body = " ".repeat(11 * 1024 * 1024);
    expect(Problem.parse((await host.ask("POST", "/runbooks", { as: BOSS, body })).body).code).toBe(
      "payload_too_large",
    );
  });
});

describe("a function", () => {
  it("[E9] sees a field that is given twice, and a name that objects have already", async () => {
    for (const query of ["limit=1&limit=2", "__proto__=1", "constructor=1"]) {
      const answer = await host.ask("GET", `/runbooks?${query}`, { as: BOSS });
      expect(Problem.parse(answer.body).code, query).toBe("malformed_request");
    }
  });

  it("[G9] takes no token of the header twice, and none in any other place", async () => {
    const token = await tokenOf(host.identity, BOSS);
    const twice = await fetch(`${host.api}/runbooks`, {
      headers: [
        ["authorization", `Bearer ${token}`],
        ["authorization", `Bearer ${token}`],
      ],
    });
    expect(twice.status).toBe(401);
    expect((await fetch(`${host.api}/runbooks?authorization=Bearer%20${token}`)).status).toBe(401);
  });
});
