// The widgets of the AWS console over a real table: they show what waits, runs and fails, of all teams, and change nothing.
import { beforeAll, describe, expect, it } from "vitest";
import { WIDGET_NAMES, type WidgetName } from "../../../shared/contract/widgets.ts";
import { ask, callFunction, everyItem, startApi, type TestApi } from "../../support/api.ts";
import { carryOut } from "../../support/carry-out.ts";
import { approvedIn, draftIn, fresh, start } from "../../support/library.ts";
import { startReceiver } from "../../support/receiver.ts";
import { onTableCall } from "../../support/table-calls.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});

const show = async (widget: WidgetName, widgetContext: object = {}) =>
  (await callFunction("widgets/show-widgets", { widget, widgetContext })) as string;

describe("waiting for review", () => {
  it("shows a draft from the moment that somebody asks for its review, with its risk and its page", async () => {
    const name = fresh("<b>draft</b>");
    const runbookId = await draftIn("payments", { name });
    expect(await show("waiting-for-review")).not.toContain(runbookId);
    await ask("request-review", { params: { runbookId }, body: { version: 1 } });
    const shown = await show("waiting-for-review");
    expect(shown).toContain(`/console/runbooks/${runbookId}/review"`);
    expect(shown).toContain(name.replaceAll("<", "&lt;").replaceAll(">", "&gt;"));
    expect(shown).toMatch(/rw-bad"><span aria-hidden="true">▲<\/span> high/);
  });
});

describe("in flight and just ended", () => {
  it("shows a run while it waits, and its attempts when it has ended", async () => {
    await using receiver = await startReceiver();
    const runbookId = await approvedIn("payments", { webhookUrl: `${receiver.url}/hook` });
    const executionId = await start(runbookId);
    const before = await show("in-flight-and-ended");
    expect(before).toContain(`/console/executions/${executionId}"`);
    expect(before).toContain("waiting");
    await carryOut(executionId);
    const after = await show("in-flight-and-ended");
    expect(after).toMatch(/aria-label="Attempt 1: delivered, /);
  });

  it("shows the ends of the time range alone", async () => {
    const ended = await show("in-flight-and-ended", { timeRange: { start: 0, end: 1_000 } });
    expect(ended).toContain("0 ended last in the time range");
  });
});

describe("failing most", () => {
  it("counts the failed runs of each runbook, with the reason", async () => {
    await using receiver = await startReceiver(() => ({ status: 400 }));
    const runbookId = await approvedIn("search", { webhookUrl: `${receiver.url}/hook` });
    for (const _ of [1, 2]) await carryOut(await start(runbookId));
    const shown = await show("failing-most");
    expect(shown).toContain(`/console/runbooks/${runbookId}"`);
    expect(shown).toContain("webhook_refused");
  });
});

describe.each(WIDGET_NAMES)("%s", (widget) => {
  it("only reads", async () => {
    const before = await everyItem(api.table);
    const asked: string[] = [];
    const stop = onTableCall((_name, { action }) => asked.push(action));
    await show(widget);
    stop();
    expect(asked.filter((name) => !/^(Query|BatchGetItem)$/.test(name))).toEqual([]);
    expect(asked.length).toBeGreaterThan(0);
    expect(await everyItem(api.table)).toEqual(before);
  });

  it("is light and dark, as CloudWatch is", async () => {
    expect(await show(widget, { theme: "dark" })).toContain('class="rw rw-dark');
    expect(await show(widget, { theme: "light" })).toContain('class="rw rw-light');
  });
});

it.each([{ describe: true }, {}, { widget: "other" }, "x"])("describes itself for %j", async (event) => {
  const { markdown } = (await callFunction("widgets/show-widgets", event)) as { markdown: string };
  for (const name of WIDGET_NAMES) expect(markdown).toContain(`\`${name}\``);
});

it("says in the widget that it could not be shown, and in the log why", async () => {
  const runbookId = await draftIn("payments");
  await ask("request-review", { params: { runbookId }, body: { version: 1 } });
  const known = process.env["PUBLIC_API_URL"];
  process.env["PUBLIC_API_URL"] = "nowhere";
  const shown = await show("waiting-for-review");
  process.env["PUBLIC_API_URL"] = known;
  expect(shown).toContain("This cannot be shown now. The log of show-widgets says why");
  expect(shown).not.toContain("nowhere");
});
