// Every block of the documents is run, sent or read as its reader would, beside one local stack; those that cannot say why.
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { INCOMING_EVENTS } from "../../shared/contract/event-schemas.ts";
import { ALL_ROUTES } from "../../shared/contract/routes.ts";
import { WORKFLOW_FUNCTIONS } from "../../shared/contract/workflow.ts";
import { checkIncidentEvent, IncidentEvent } from "../../shared/domain/incidents/incident-event.ts";
import { ExecutionRequested } from "../../shared/domain/incidents/workflow-request.ts";
import { AuthInput } from "../../shared/domain/runbooks/webhook-auth.ts";
import { type Fence, fencesIn, looksLike, placeOf } from "../support/fences.ts";
import { dataFolder, type HostProcess, spawnLocalHost } from "../support/local-host.ts";
import { makeCommands, runPage } from "../support/page.ts";
import { startReceiver } from "../support/receiver.ts";
import { markdownFiles } from "./project-files.ts";

const FENCES = markdownFiles().flatMap((file) => fencesIn(file));
const NOT_RUN = [
  "installs packages",
  "runs until Ctrl-C",
  "needs an AWS account",
  "runs tests",
  "prints a bill",
  "measures this machine",
  "needs such a run",
  "makes a release",
];
const isRun = ({ language, note }: Fence) => language === "sh" && note === "";

/** In this order: later pages look at what earlier ones did. */
const PAGES = [
  "README.md",
  "docs/tutorial.md",
  "docs/api.md",
  "docs/automations.md",
  "docs/events.md",
  "docs/local-host.md",
  "docs/operations.md",
  "docs/how-to/notify.md",
  "docs/curl.md",
];
/** Its commands are a receiver's, who has a call to answer. */
const RECEIVERS_PAGE = "docs/webhooks.md";

const folder = dataFolder();
const commands = makeCommands();
let host: HostProcess;
beforeAll(async () => {
  host = await spawnLocalHost(folder.path);
});
afterAll(async () => {
  await host.end("SIGTERM");
  folder.remove();
  rmSync(commands, { recursive: true });
});

/** Runs a page, and compares what it printed with what it says that it prints. */
async function expectPageToRun(file: string, env: Record<string, string> = {}): Promise<string[]> {
  const fences = FENCES.filter((fence) => fence.file === file);
  const blocks = fences.filter(isRun);
  const { code, outputs, all } = await runPage(blocks, host, { dataDir: folder.path, commands, env });
  expect(code, all).toBe(0);
  const wrong = blocks.filter((block, at) => {
    const next = fences[fences.indexOf(block) + 1];
    const shown = next?.language === "text" && next.note === "output" ? next.text : undefined;
    return shown !== undefined && !looksLike(shown, outputs[at] ?? "");
  });
  expect(wrong.map(placeOf), all).toEqual([]);
  return outputs;
}

describe("each block", () => {
  it("is of a kind that is run or read here, or says why it is not", () => {
    const kinds: Record<string, readonly string[]> = {
      sh: ["", ...NOT_RUN.map((reason) => `not-run: ${reason}`)],
      text: ["", "output"],
      ...Object.fromEntries(
        ["json", "jsonl", "http", "js", "ts", "yaml", "mermaid", "logs-insights", "handlebars"].map(
          (kind) => [kind, [""]],
        ),
      ),
    };
    expect(FENCES.filter(({ language, note }) => !kinds[language]?.includes(note)).map(placeOf)).toEqual([]);
    expect(FENCES.length).toBeGreaterThan(80);
  });

  it("that is run is on a page that is run", () => {
    const pages = new Set(FENCES.filter(isRun).map(({ file }) => file));
    expect([...pages].sort()).toEqual([...PAGES, RECEIVERS_PAGE].sort());
  });

  it("of JSON is JSON, and every event in it is accepted today", () => {
    const blocks = FENCES.filter(({ language }) => language === "json");
    const events = blocks
      .map(({ text }): unknown => JSON.parse(text))
      .filter((value) => Emitted.safeParse(value).success);
    expect(events.map((event) => Emitted.parse(event)["detail-type"])).toEqual(
      Object.values(INCOMING_EVENTS).map(({ detailTypes }) => detailTypes[0]),
    );
    for (const event of events) acceptAsProducer(event);
  });

  it("of JSON lines is a list of accepted credentials", () => {
    const lines = FENCES.filter(({ language }) => language === "jsonl").flatMap(({ text }) =>
      text.trim().split("\n"),
    );
    const types = lines.map((line) => AuthInput.parse(JSON.parse(line)).type);
    expect(types).toEqual(["none", "bearer", "basic", "oauth2", "custom"]);
  });

  it("of HTTP asks a route that exists, or answers with a status", () => {
    const wrong = FENCES.filter(({ language }) => language === "http").filter(
      ({ text }) => !isExchange(text),
    );
    expect(wrong.map(placeOf)).toEqual([]);
  });
});

const Emitted = z.looseObject({ source: z.string(), "detail-type": z.string(), detail: z.unknown() });

/** As the bus would complete it, now. */
function acceptAsProducer(event: unknown): void {
  const now = new Date();
  const whole = {
    ...Emitted.parse(event),
    id: "6f9a3c0e-5d1b-4c2a-9e7f-0b8d4a1c2e3f",
    time: now.toISOString(),
  };
  if (whole["detail-type"] === "Runbook Execution Requested") ExecutionRequested.parse(whole);
  else checkIncidentEvent(IncidentEvent.parse(whole), { sources: [whole.source], teams: [] }, now);
}

function isExchange(text: string): boolean {
  const [first = ""] = text.split("\n");
  const [, method, path = ""] = /^(GET|POST|PUT|PATCH|DELETE) ([^?\s]+)/.exec(first) ?? [];
  if (method === undefined) return /^[2-5]\d\d$/.test(first);
  return ALL_ROUTES.some(
    ([, route]) =>
      route.method === method && new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path),
  );
}

describe("the commands of", () => {
  it.each(PAGES)("%s do what it says, each after the other", { timeout: 120_000 }, async (file) => {
    await expectPageToRun(file);
  });

  it("docs/webhooks.md report progress of a run, all of whose log lines the query of docs/operations.md finds", {
    timeout: 120_000,
  }, async () => {
    const receiver = await startReceiver();
    const executionId = await startCallbackRun(receiver.url);
    await expect.poll(() => receiver.requests.length, { timeout: 20_000 }).toBe(1);
    const headers = receiver.requests[0]?.headers ?? {};
    const called = {
      CALLBACK_URL: String(headers["x-runbook-callback-url"]),
      TOKEN: String(headers["x-runbook-callback-token"]),
    };
    await expectPageToRun(RECEIVERS_PAGE, called);
    await host.ask("POST", `/executions/${executionId}/callback`, {
      headers: { "x-runbook-callback-token": called.TOKEN },
      body: { status: "SUCCESS" },
    });
    await receiver.close();
    const found = () => findByQuery(executionId);
    await expect
      .poll(() => found().map(({ task }) => task), { timeout: 20_000 })
      .toContain(WORKFLOW_FUNCTIONS.CompleteExecution);
    const lines = linesOf(host.stderr()).filter((line) => JSON.stringify(line).includes(executionId));
    expect(found()).toEqual(lines);
    const reported = found().map(({ task, route }) => task ?? route);
    expect(reported).toEqual(
      expect.arrayContaining([
        "start-execution",
        WORKFLOW_FUNCTIONS.DeliverWebhook,
        "callback-execution",
        WORKFLOW_FUNCTIONS.CompleteExecution,
      ]),
    );
  });
});

const boss = { user: "boss", groups: ["platform-admin", "team:payments:responder"] };
const Identified = z.looseObject({ id: z.string() });

async function startCallbackRun(webhookUrl: string): Promise<string> {
  const definition = {
    ...{ teamId: "payments", name: "Restart slowly", description: "Restarts, and says later how it went" },
    ...{ webhookUrl, payloadTemplate: "{}", completion: { mode: "callback" } },
  };
  const { id } = Identified.parse((await host.ask("POST", "/runbooks", { as: boss, body: definition })).body);
  await host.ask("POST", `/runbooks/${id}/approve`, { as: boss, body: { version: 1 } });
  return Identified.parse((await host.ask("POST", `/runbooks/${id}/executions`, { as: boss, body: {} })).body)
    .id;
}

type Line = Record<string, unknown>;
const linesOf = (log: string): Line[] =>
  log.split("\n").flatMap((line) => (line.startsWith('{"level"') ? [JSON.parse(line)] : []));

/** What the query of the document would find for this execution. */
function findByQuery(executionId: string): Line[] {
  const query = FENCES.find(({ language }) => language === "logs-insights")?.text ?? "";
  const fields = [...query.matchAll(/([\w.]+) = "…"/g)].map(([, field = ""]) => field);
  expect(fields).toContain("executionId");
  const getField = (line: Line, field: string) =>
    field.split(".").reduce<unknown>((value, name) => Reflect.get(Object(value), name), line);
  return linesOf(host.stderr()).filter((line) =>
    fields.some((field) => getField(line, field) === executionId),
  );
}
