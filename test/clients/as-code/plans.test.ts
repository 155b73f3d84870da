// What is made, changed and deleted, in which order, and what a change in between does.
import { describe, expect, it } from "vitest";
import { FilesError, prepare } from "../../../clients/cli/as-code/prepare.ts";
import { planText, problemText } from "../../../clients/cli/as-code/words.ts";
import { applyFolder, exportFiles, type Folder, makeFolder } from "../../support/as-code-folder.ts";
import { startLibrary } from "../../support/library-in-memory.ts";

const runbookText = (name: string, more = "") =>
  `name: ${name}\ndescription: Restarts\nteamId: payments\nwebhookUrl: https://a.example.com\n${more}`;
const automationText = (runbook: string) =>
  `name: On a P1\nteamId: payments\nrunbook: ${runbook}\npattern: {source: [a]}\n`;
const both = (more = "") => [
  { path: "automations/on.yaml", text: automationText("Restart") },
  { path: "runbooks/restart.yaml", text: runbookText("Restart", more) },
];
const plain = (_style: string, text: string) => text;

/** A service that holds the files, approved. */
async function holding(folder: Folder) {
  const library = startLibrary();
  await applyFolder(library.client, folder);
  library.approveAll();
  await applyFolder(library.client, folder);
  library.writes.length = 0;
  return library;
}
const planOf = (library: ReturnType<typeof startLibrary>, { path }: Folder, prune = false) =>
  prepare(library.client, path, { prune });

describe("apply", () => {
  it("makes runbooks first; an automation waits for the approval, and then is made; the third time does nothing", async () => {
    using folder = makeFolder(both());
    const library = startLibrary();
    const first = await applyFolder(library.client, folder);
    expect(library.writes).toEqual(["POST /runbooks"]);
    expect([first.waiting.length, first.changed]).toEqual([
      1,
      [expect.objectContaining({ approvalStatus: "DRAFT" })],
    ]);
    library.approveAll();
    await applyFolder(library.client, folder);
    expect(library.writes).toEqual(["POST /runbooks", "POST /automations"]);
    await applyFolder(library.client, folder, { prune: true });
    expect(library.writes).toHaveLength(2);
  });

  it("changes only the fields that differ, and removes an optional one that is gone", async () => {
    using folder = makeFolder(both("concurrency: {limit: 2}\ntimeoutSeconds: 60\n"));
    const library = await holding(folder);
    folder.write(both("timeoutSeconds: 90\n"));
    const plan = await planOf(library, folder);
    expect(plan.steps).toEqual([
      expect.objectContaining({ action: "update", body: { concurrency: null, timeoutSeconds: 90 } }),
    ]);
    expect(planText(plan, plain)).toContain("/timeoutSeconds: 60 → 90");
    await applyFolder(library.client, folder);
    expect((await planOf(library, folder)).steps).toEqual([]);
  });

  it("renames by id, and the automation stays with its runbook", async () => {
    using folder = makeFolder(both());
    const library = await holding(folder);
    const [id = ""] = library.runbooks.keys();
    folder.write([
      { path: "automations/on.yaml", text: automationText("Restart all") },
      { path: "runbooks/restart.yaml", text: runbookText("Restart all", `id: ${id}\n`) },
    ]);
    await applyFolder(library.client, folder, { prune: true });
    expect(library.writes).toEqual([`PATCH /runbooks/${id}`]);
  });

  it("deletes nothing without --prune, and with it automations first, of the teams of the files alone", async () => {
    using folder = makeFolder(both());
    const library = await holding(folder);
    await library.client.createRunbook({
      body: { name: "Theirs", description: "x", teamId: "search", webhookUrl: "https://a" },
    });
    library.writes.length = 0;
    using other = makeFolder([{ path: "runbooks/new.yaml", text: runbookText("New") }]);
    expect((await planOf(library, other)).steps.map(({ action }) => action)).toEqual(["create"]);
    await applyFolder(library.client, other, { prune: true });
    expect(library.writes).toEqual([
      "POST /runbooks",
      expect.stringMatching(/^DELETE \/automations\//),
      expect.stringMatching(/^DELETE \/runbooks\//),
    ]);
    expect([...library.runbooks.values()].map(({ value }) => value["name"])).toEqual(["Theirs", "New"]);
  });

  it("--team prunes a team without files, and refuses files of others", async () => {
    using folder = makeFolder(both());
    const library = await holding(folder);
    using empty = makeFolder(await exportFiles(startLibrary().client));
    await applyFolder(library.client, empty, { prune: true });
    expect(library.writes).toEqual([]);
    await applyFolder(library.client, empty, { prune: true, team: "payments" });
    expect([library.runbooks.size, library.automations.size]).toEqual([0, 0]);
    await expect(applyFolder(library.client, folder, { team: "search" })).rejects.toBeInstanceOf(FilesError);
  });

  it("keeps a stored secret by its mask, and a secret elsewhere is asked for", async () => {
    const library = startLibrary();
    await library.client.createRunbook({
      body: {
        ...{ name: "Restart", description: "Restarts", teamId: "payments" },
        webhookUrl: "https://a.example.com",
        webhookAuth: { type: "bearer", token: "hunter2hunter2" },
      },
    });
    using folder = makeFolder([
      {
        path: "runbooks/a.yaml",
        text: runbookText("Restart", 'webhookAuth: {type: bearer, token: "********"}\n'),
      },
    ]);
    expect((await planOf(library, folder)).steps).toEqual([]);
    folder.write([
      {
        path: "runbooks/a.yaml",
        text: runbookText("Restart", 'signature: {header: x, encoding: hex, secret: "********"}\n'),
      },
    ]);
    await expect(planOf(library, folder)).rejects.toMatchObject({
      problems: [expect.objectContaining({ line: 5 })],
    });
  });

  it("stops at the first failure, says what is left and where the file is wrong; repeated, it goes on", async () => {
    using folder = makeFolder(
      ["A", "B", "C"].map((name) => ({ path: `runbooks/${name}.yaml`, text: runbookText(name) })),
    );
    const library = startLibrary();
    const plan = await planOf(library, folder);
    expect(plan.steps).toHaveLength(3);
    library.refuseNext(400, {
      ...{ code: "invalid_template", title: "Invalid", detail: "The URL is wrong." },
      errors: [{ pointer: "/webhookUrl", message: "has no host", code: "invalid" }],
    });
    const failed = await applyFolder(library.client, folder);
    expect(failed.failure?.problems.map(problemText)).toEqual([
      "runbooks/A.yaml:4:13: /webhookUrl has no host",
    ]);
    expect([failed.done.length, failed.left.length]).toEqual([0, 3]);
    expect((await applyFolder(library.client, folder)).done).toHaveLength(3);
  });

  it("refuses to write over what somebody changed after the plan", async () => {
    using folder = makeFolder(both());
    const library = await holding(folder);
    folder.write(both("timeoutSeconds: 90\n"));
    library.refuseNext(412, { code: "precondition_failed", title: "Changed", detail: "It has changed." });
    const { failure, done } = await applyFolder(library.client, folder);
    expect([failure?.error, done]).toMatchObject([{ code: "precondition_failed" }, []]);
  });
});

describe("plan", () => {
  it("refuses a name that several have, another team, and another runbook of an automation", async () => {
    using folder = makeFolder(both());
    const library = await holding(folder);
    const [automationId = ""] = library.automations.keys();
    const body = { name: "Twice", description: "x", teamId: "payments", webhookUrl: "https://a" };
    await library.client.createRunbook({ body });
    await library.client.createRunbook({ body });
    folder.write([
      { path: "automations/on.yaml", text: automationText("New") },
      { path: "runbooks/restart.yaml", text: runbookText("Restart") },
      { path: "runbooks/new.yaml", text: runbookText("New") },
    ]);
    await expect(planOf(library, folder)).rejects.toMatchObject({
      problems: [
        { file: "automations/on.yaml", line: 3, message: expect.stringContaining("cannot be changed") },
      ],
    });
    folder.write([{ path: "runbooks/twice.yaml", text: runbookText("Twice") }]);
    await expect(planOf(library, folder)).rejects.toMatchObject({
      problems: [
        { file: "runbooks/twice.yaml", message: expect.stringContaining("give the id of one: runbook_") },
      ],
    });
    expect(automationId).toMatch(/^automation_/);
  });

  it("refuses a change of a deprecated runbook, and lets it be as it is", async () => {
    using folder = makeFolder(both());
    const library = await holding(folder);
    for (const runbook of library.runbooks.values()) runbook.approvalStatus = "DEPRECATED";
    expect((await planOf(library, folder)).steps).toEqual([]);
    folder.write(both("timeoutSeconds: 90\n"));
    await expect(planOf(library, folder)).rejects.toMatchObject({
      problems: [{ message: expect.stringContaining("is deprecated. Restore it first") }],
    });
  });

  it("names what waits for approval, with the hash that was reviewed, and shows long texts line by line", async () => {
    using folder = makeFolder(both('payloadTemplate: |\n  {"a":\n  1}\n'));
    const library = startLibrary();
    await applyFolder(library.client, folder);
    const text = planText(await planOf(library, folder), plain);
    expect(text).toMatch(
      /"Restart" waits for approval: runbooks approve runbook_\d+ --version 1 --hash hash of 1/,
    );
    folder.write(both('payloadTemplate: |\n  {"a":\n  2}\n'));
    expect(planText(await planOf(library, folder), plain)).toContain('  - {"a":\n      - 1}\n');
  });
});
