// `runbooks sources`: the systems that report incidents: listed, shown, made and changed by files, given new secrets.
import { buildCommand } from "@stricli/core";
import type { OutputOf } from "../../api-client/types.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags, type Session } from "../session/context.ts";
import { UsageError } from "../session/failures.ts";
import { readJsonFile, readTextFile } from "../session/json-file.ts";
import { LIMIT_FLAG, takeFirst } from "../session/lists.ts";
import { findSource } from "../session/names.ts";
import { clean } from "../terminal/text.ts";

type Flags = GlobalFlags & { limit: number };
type Source = OutputOf<"get-source">;
type Tested = OutputOf<"test-source">;

/** Action → how many words follow it, and what it does with them. */
const ACTIONS = {
  list: { words: 0, does: (session, _words, limit) => listAll(session, limit) },
  show: { words: 1, does: (session, [source]) => showOne(session, source) },
  create: { words: 1, does: (session, [file]) => createOne(session, file) },
  update: { words: 2, does: (session, [source, file]) => updateOne(session, source, file) },
  rotate: { words: 2, does: (session, [source, file]) => rotateOne(session, source, file) },
  delete: { words: 1, does: (session, [source]) => deleteOne(session, source) },
  test: { words: 2, does: (session, [source, file]) => testOne(session, source, file) },
} as const satisfies Record<
  string,
  { words: number; does: (session: Session, words: Words, limit: number) => Promise<void> }
>;
type Words = readonly [string, string];

const word = (brief: string, placeholder: string) =>
  ({ parse: String, brief, placeholder, optional: true }) as const;

export const command = (brief: string) =>
  buildCommand<Flags, [string?, string?, string?], Cli>({
    docs: { brief },
    parameters: {
      flags: { ...GLOBAL_FLAGS, limit: LIMIT_FLAG },
      positional: {
        kind: "tuple",
        parameters: [
          word("list, show, create, update, rotate, delete or test", "action"),
          word("Name or id of a source; of create: a file", "source"),
          word("A file: of update the changes, of rotate the new secret, of test a message", "file"),
        ],
      },
    },
    async func({ limit, ...flags }, action = "list", ...given) {
      const known = Object.entries(ACTIONS).find(([name]) => name === action)?.[1];
      const words = given.filter((one) => one !== undefined);
      if (!known || words.length !== known.words)
        throw new UsageError(
          "Say list, show SOURCE, create FILE, update SOURCE FILE, rotate SOURCE FILE, delete SOURCE, or test SOURCE FILE.",
        );
      const [first = "", second = ""] = words;
      await known.does(this.open(flags), [first, second], limit);
    },
  });

async function listAll({ client, print }: Session, limit: number): Promise<void> {
  print.table(await takeFirst(client.all.listSources(), limit), {
    ID: ({ id }) => id,
    KIND: ({ kind }) => kind,
    TEAM: ({ teamId }) => teamId ?? "by message",
    ENABLED: ({ enabled }) => (enabled ? "yes" : "no"),
    NAME: ({ name }) => name,
  });
}

async function showOne({ client, print }: Session, source: string): Promise<void> {
  const sourceId = await findSource(client, source);
  print.value(await client.getSource({ sourceId }), describeSource);
}

async function createOne({ client, print }: Session, file: string): Promise<void> {
  const body = readJsonFile(file) as Parameters<typeof client.createSource>[0]["body"];
  print.value(await client.createSource({ body }), describeSource);
}

type Changes = Parameters<Session["client"]["updateSource"]>[0]["body"];

async function updateOne({ client, print }: Session, source: string, file: string): Promise<void> {
  const sourceId = await findSource(client, source);
  const body = readJsonFile(file) as Changes;
  print.value(await client.updateSource({ sourceId, body }), describeSource);
}

/** The scheme stays. The secret before stays valid for a day. A secret is no word of a command: others could read it. */
async function rotateOne({ client, print }: Session, source: string, file: string): Promise<void> {
  const sourceId = await findSource(client, source);
  const { verification } = await client.getSource({ sourceId });
  if (!verification) throw new UsageError("Its messages come over EventBridge: it has no secret.");
  const secret = readTextFile(file).replace(/\r?\n$/, "");
  const body = { verification: { scheme: verification.scheme, secret } };
  print.value(await client.updateSource({ sourceId, body }), describeSource);
}

async function deleteOne({ client, print }: Session, source: string): Promise<void> {
  const sourceId = await findSource(client, source);
  await client.deleteSource({ sourceId });
  print.value({ deleted: sourceId }, ({ deleted }) => `deleted: ${deleted}`);
}

async function testOne({ client, print }: Session, source: string, file: string): Promise<void> {
  const sourceId = await findSource(client, source);
  const body = { message: readJsonFile(file) } as Parameters<typeof client.testSource>[0]["body"];
  print.value(await client.testSource({ sourceId, body }), describeTest);
}

function describeSource({ id, name, kind, teamId, enabled, verification, intakePath }: Source): string {
  const lines = [
    `${name}  ${id}`,
    `kind: ${kind}; team: ${teamId ?? "by message"}; ${enabled ? "enabled" : "disabled"}`,
    ...(intakePath === null ? ["its messages come over EventBridge"] : [`intake: ${intakePath}`]),
    ...(verification ? [`signed: ${verification.scheme}`] : []),
    ...(verification?.previousUntil
      ? [`the secret before is valid until ${verification.previousUntil}`]
      : []),
  ];
  return lines.map((line) => clean(line)).join("\n");
}

function describeTest({ filtered, items, omitted, automations }: Tested): string {
  const lines = [
    ...(filtered ? ["The filter of the source leaves this message out."] : []),
    ...items.flatMap(describeItem),
    ...(omitted > 0 ? [`The system has left out ${omitted} more.`] : []),
    ...automations.map(
      ({ name, wouldRun, message, incidentId }) =>
        `${name}: ${wouldRun ? "would run" : (message ?? "would not run")} (${incidentId})`,
    ),
  ];
  return lines.map((line) => clean(line)).join("\n");
}

function describeItem({ at, outcome, report, incident, from, message, issues }: Tested["items"][number]) {
  const place = at === "" ? "the message" : at;
  if (!incident)
    return [
      `${place}: ${outcome}: ${message ?? ""}`,
      ...issues.map(({ pointer, message: wrong }) => `  ${pointer} ${wrong}`),
    ];
  const fields = Object.entries(incident).flatMap(([name, value]) =>
    typeof value === "string" ? [`  ${name}: ${value}${from[name] ? `  (${from[name]})` : ""}`] : [],
  );
  return [`${place}: Incident ${report}`, ...fields];
}
