// Pairs about a runbook's definition: two that change it, and one that changes it while another starts or begins a run.
import * as z from "zod";
import { ask } from "../api.ts";
import { type Meeting, meeting, wroteAfterOther } from "../interleavings.ts";
import { automationOf, idOf } from "../library.ts";
import * as act from "./actors.ts";
import { ADMIN, count, good, SECOND, say } from "./actors.ts";
import { LIVE_PAIRS } from "./live-versions.ts";

const Shown = z.looseObject({ version: z.int(), approvalStatus: z.string(), description: z.string() });
const shown = async (id: string) => Shown.parse((await act.read(id)).body);
const drafted = async () => ({ id: await act.draft() });
const approved = async () => ({ id: await act.approved() });
async function draftedTwice() {
  const id = await act.draft();
  await act.update(id, { description: "second" });
  return { id };
}

/** As many versions more as changes were answered with 200, and none that was refused is to be seen. */
async function versionsTell(id: string, before: number, answers: Parameters<typeof count>[0]) {
  const { version } = await shown(id);
  const expected = before + count(answers, 200);
  return say(`version ${version}, where the answers make it ${expected}`, version !== expected);
}

const CHANGES: Meeting[] = [
  meeting({
    name: "update ∥ update",
    prepare: drafted,
    one: ({ id }) => act.update(id, { description: "from one" }),
    other: ({ id }) => act.update(id, { timeoutSeconds: 111 }, SECOND),
    contradictions: async ({ id }, one, other) => {
      const { description } = await shown(id);
      return [
        ...(await versionsTell(id, 1, [one, other])),
        ...say("a change was refused, and made", !good(one) && description === "from one"),
        ...say("a change was answered, and lost", good(one) && description !== "from one"),
      ];
    },
  }),
  meeting({
    name: "update ∥ update, both with If-Match",
    prepare: drafted,
    one: ({ id }) => act.update(id, { description: "one" }, ADMIN, { "if-match": '"1"' }),
    other: ({ id }) => act.update(id, { description: "other" }, SECOND, { "if-match": '"1"' }),
    contradictions: async ({ id }, one, other) => [
      ...(await versionsTell(id, 1, [one, other])),
      ...say("not exactly one has won", count([one, other], 200) !== 1),
    ],
  }),
  meeting({
    name: "update ∥ approve",
    short: true,
    prepare: drafted,
    one: ({ id }) => act.update(id, { description: "unseen" }),
    other: ({ id }) => act.approve(id, 1, SECOND),
    contradictions: async ({ id }, one, other) => {
      const { approvalStatus } = await shown(id);
      return [
        ...(await versionsTell(id, 1, [one, other])),
        ...say("what nobody reviewed is approved", good(one) && approvalStatus === "APPROVED"),
      ];
    },
  }),
  meeting({
    name: "approve ∥ approve",
    prepare: drafted,
    one: ({ id }) => act.approve(id, 1),
    other: ({ id }) => act.approve(id, 1, SECOND),
    contradictions: async ({ id }, one, other) => [
      ...(await versionsTell(id, 1, [one, other])),
      ...say("not exactly one has approved", count([one, other], 200) !== 1),
    ],
  }),
  meeting({
    name: "approve ∥ rollback",
    prepare: draftedTwice,
    one: ({ id }) => act.approve(id, 2),
    other: ({ id }) => act.rollback(id, 1, SECOND),
    contradictions: async ({ id }, one, other) => {
      const { approvalStatus } = await shown(id);
      return [
        ...(await versionsTell(id, 2, [one, other])),
        ...say("the old content is approved unseen", good(other) && approvalStatus === "APPROVED"),
      ];
    },
  }),
  meeting({
    name: "update ∥ rollback",
    prepare: draftedTwice,
    one: ({ id }) => act.update(id, { timeoutSeconds: 99 }),
    other: ({ id }) => act.rollback(id, 1, SECOND),
    contradictions: async ({ id }, one, other) => versionsTell(id, 2, [one, other]),
  }),
];

const Secret = z.looseObject({ secret: z.string() });
const secretOf = async (runbookId: string) =>
  Secret.parse((await ask("get-signing-secret", { params: { runbookId } })).body).secret;

const SECRETS: Meeting[] = [
  meeting({
    name: "rotate ∥ rotate",
    short: true,
    prepare: drafted,
    one: ({ id }) => act.rotate(id),
    other: ({ id }) => act.rotate(id, SECOND),
    contradictions: async ({ id }, one, other) => {
      const stored = await secretOf(id);
      const reported = [one, other].filter(good).map(({ body }) => Secret.parse(body).secret);
      return [
        ...say("nobody got the secret that is stored", !reported.includes(stored)),
        ...say("the first of two rotations has signed nothing", reported.length !== 1),
      ];
    },
  }),
  meeting({
    name: "approve ∥ rotate",
    prepare: drafted,
    one: ({ id }) => act.approve(id, 1),
    other: ({ id }) => act.rotate(id, SECOND),
    contradictions: async ({ id }, _, other) => {
      const stored = await secretOf(id);
      return say(
        "the secret is not the one that was returned",
        good(other) && Secret.parse(other.body).secret !== stored,
      );
    },
  }),
];

const OTHER_PAYLOAD = { payloadTemplate: '{"other":"{{params.service}}"}' };
const Preview = z.looseObject({ runbookVersion: z.int(), body: z.string() });

const READS: Meeting[] = [
  meeting({
    name: "preview ∥ update",
    prepare: approved,
    one: ({ id }) => ask("preview-runbook", { params: { runbookId: id }, body: {} }),
    other: ({ id }) => act.update(id, OTHER_PAYLOAD),
    contradictions: (_, one) => {
      const { runbookVersion, body } = Preview.parse(one.body);
      const isNew = body.includes("other");
      return say(`version ${runbookVersion} with the content of another`, (runbookVersion === 2) === isNew);
    },
  }),
  meeting({
    name: "read ∥ update",
    prepare: approved,
    one: ({ id }) => act.read(id),
    other: ({ id }) => act.update(id, { description: "another" }),
    contradictions: (_, one) => {
      const { version, description } = Shown.parse(one.body);
      return say("the version and its content do not fit", (version === 3) !== (description === "another"));
    },
  }),
];

const WITHDRAWALS = [
  ["update", (id: string) => act.update(id, { description: "another" }, SECOND)],
  ["deprecate", (id: string) => act.deprecate(id)],
  ["withdraw", (id: string) => act.withdraw(id)],
  ["delete", (id: string) => act.remove(id)],
] as const;

/** What a withdrawn version must never do, and what a refused withdrawal must leave alone. */
async function afterWithdrawal(id: string, withdrawn: Parameters<typeof good>[0]): Promise<string[]> {
  await act.carryOut(id);
  const { status } = await act.executionOf(id);
  return [
    ...say("a withdrawn version has called its receiver", good(withdrawn) && act.callsOf(id) > 0),
    ...say(`the withdrawal was refused, and the run is ${status}`, !good(withdrawn) && status !== "SUCCESS"),
    ...(await act.timesOutOfOrder(id)),
  ];
}

function withdrawals([name, withdraw]: (typeof WITHDRAWALS)[number]): Meeting[] {
  return [
    meeting({
      name: `start ∥ ${name}`,
      prepare: approved,
      one: ({ id }) => act.start(id),
      other: ({ id }) => withdraw(id),
      contradictions: async ({ id }, one, other) => {
        if (one.status !== 202) return say("refused, and there is a run", (await act.runsOf(id)).length > 0);
        const both = say("started and deleted", name === "delete" && good(other));
        return [...both, ...(await afterWithdrawal(idOf(one), other))];
      },
    }),
    meeting({
      name: `rerun ∥ ${name}`,
      prepare: async () => {
        const id = await act.approved();
        const before = idOf(await act.start(id));
        await act.carryOut(before);
        return { id, before };
      },
      one: ({ before }) => act.rerun(before),
      other: ({ id }) => withdraw(id),
      contradictions: async (_, one, other) => (one.status === 202 ? afterWithdrawal(idOf(one), other) : []),
    }),
    meeting({
      name: `begin ∥ ${name}`,
      prepare: async () => {
        const runbookId = await act.approved();
        return { runbookId, id: idOf(await act.start(runbookId)) };
      },
      one: ({ id }) => act.deliver(id),
      other: ({ runbookId }) => withdraw(runbookId),
      contradictions: async ({ id }, one, other) => {
        const refused = one.refusal !== undefined;
        if (refused) await act.finish(id, { refusal: one.refusal });
        const { status, error } = await act.executionOf(id);
        return [
          ...say("not begun, and the receiver was called", refused && act.callsOf(id) > 0),
          ...say("deleted with a run under way", name === "delete" && good(other)),
          ...say(`not begun, for ${error?.code}`, refused && error?.code !== "runbook_not_approved"),
          ...say(`begun, and the run is ${status}`, !refused && status !== "RUNNING"),
          ...(await act.timesOutOfOrder(id)),
        ];
      },
    }),
    meeting({
      name: `create an automation ∥ ${name}`,
      short: name === "delete",
      prepare: approved,
      one: ({ id }) => ask("create-automation", { body: automationOf(id) }),
      other: ({ id }) => withdraw(id),
      contradictions: (_, one, other, calls) =>
        say(
          `an automation of a runbook was written after its ${name} was answered`,
          name === "delete" && good(one) && good(other) && wroteAfterOther(calls, "one", /automation/),
        ),
    }),
  ];
}

const OTHER_SCHEMA = {
  parameters: { type: "object", properties: { other: { type: "string", default: "a" } } },
  payloadTemplate: '{"o":"{{params.other}}"}',
};

const SCHEMAS: Meeting[] = [
  meeting({
    name: "update an automation's parameters ∥ update of the schema",
    prepare: async () => {
      const id = await act.approved();
      return { id, automationId: idOf(await ask("create-automation", { body: automationOf(id) })) };
    },
    one: ({ automationId }) =>
      ask("update-automation", { params: { automationId }, body: { parameters: { service: "x" } } }),
    other: ({ id }) => act.update(id, OTHER_SCHEMA),
    contradictions: (_, one, other, calls) =>
      say(
        "parameters that do not fit were accepted after the schema had changed",
        good(one) && good(other) && wroteAfterOther(calls, "one", /automation/),
      ),
  }),
];

export const DEFINITION_PAIRS: readonly Meeting[] = [
  ...CHANGES,
  ...SECRETS,
  ...READS,
  ...WITHDRAWALS.flatMap(withdrawals),
  ...LIVE_PAIRS,
  ...SCHEMAS,
];
