// The link of an execution to Logs Insights: the stack's own saved query, over its own log groups, in every partition.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ENTRIES } from "../../../infra/aws/bundle/entries.ts";
import { consoleLinksOf } from "../../../shared/application/console-links.ts";
import { newId } from "../../support/seed.ts";
import { Facts } from "../../support/template.ts";

const facts = new Facts();
const id = newId("execution");
const run = { id, createdAt: "2026-03-01T03:00:00.000Z", completedAt: null };
const consoles = Object.entries(facts.mappings["Consoles"] as Record<string, { domain: string }>);

/** Returns what the console reads from the end of its address, which is JSURL. */
function read(url: string): Record<string, string | string[]> {
  const [, detail = ""] = url.split("#logsV2:logs-insights$3FqueryDetail$3D~");
  const text = (written: string) =>
    written
      .replace(/^'/, "")
      .replaceAll(/\*([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  const members = [...detail.slice(1, -1).matchAll(/(?:^|~)(\w+)~('[\w.*-]*|\((?:~'[\w.*-]*)+\))/g)];
  expect(members.map(([whole]) => whole).join("")).toBe(detail.slice(1, -1));
  return Object.fromEntries(
    members.map(([, name = "", value = ""]) => [
      name,
      value.startsWith("(") ? value.slice(2, -1).split("~").map(text) : text(value),
    ]),
  );
}

function linkIn(partition: string, domain: string, of: Parameters<typeof consoleLinksOf>[0] = run): string {
  process.env["CONSOLE_URL"] = `https://eu-central-1.${domain}`;
  process.env["STATE_MACHINE_ARN"] =
    `arn:${partition}:states:eu-central-1:000000000000:stateMachine:runbooks-execution`;
  return consoleLinksOf(of).logsUrl ?? "none";
}

const usual = () => linkIn("aws", "console.aws.amazon.com");

beforeEach(() => {
  delete process.env["CONSOLE_URL"];
});
afterEach(() => {
  delete process.env["CONSOLE_URL"];
  delete process.env["STATE_MACHINE_ARN"];
});

describe("the link to the log lines of an execution", () => {
  it.each(consoles)("leads to the console of the partition %s", (partition, { domain }) => {
    expect(linkIn(partition, domain)).toMatch(
      `https://eu-central-1.${domain}/cloudwatch/home?region=eu-central-1#logsV2:logs-insights`,
    );
  });

  it("is the saved query with the execution's id in it", () => {
    const [, saved] =
      facts
        .all("AWS::Logs::QueryDefinition")
        .find(([, { Name }]) => Name === "runbooks/one run or request") ?? [];
    expect(read(usual())["editorString"]).toBe(String(saved?.["QueryString"]).replaceAll("…", id));
  });

  it("is over the log groups of every function that takes up a run, and of no other stack", () => {
    const groups = facts.all("AWS::Logs::LogGroup").map(([, { LogGroupName }]) => LogGroupName);
    const expected = ENTRIES.filter(({ kind }) => ["api", "workflow", "events"].includes(kind));
    const source = read(usual())["source"];
    expect(source).toEqual(expected.map(({ name }) => `/aws/lambda/runbooks-${name}`));
    expect(groups).toEqual(expect.arrayContaining([...(source ?? [])]));
    expect(source?.length).toBeLessThanOrEqual(50);
  });

  it("is over the time from its beginning to two days after its end", () => {
    const ended = { ...run, completedAt: "2026-03-02T04:00:00.000Z" };
    const times = (url: string) => [read(url)["start"], read(url)["end"], read(url)["timeType"]];
    expect(times(usual())).toEqual(["2026-03-01T02:59:00.000Z", "2026-03-03T03:00:00.000Z", "ABSOLUTE"]);
    expect(times(linkIn("aws", "console.aws.amazon.com", ended))[1]).toBe("2026-03-04T04:00:00.000Z");
  });

  it("has no sign that an address or its reader would take for another", () => {
    expect(usual()).toMatch(/^[\w:/.?=#$~()'*-]+$/);
  });

  it("is null where there is no AWS console, as on the local stack", () => {
    expect(consoleLinksOf(run)).toEqual({ consoleUrl: null, logsUrl: null });
  });
});
