// `runbooks case`: adds a golden case from what the runbook renders now, or removes one.
import { buildCommand } from "@stricli/core";
import type { OutputOf } from "../../api-client/types.ts";
import { textFlag } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { UsageError } from "../session/failures.ts";
import { findRunbook } from "../session/names.ts";
import { PARAM_FLAG } from "../session/param-flag.ts";
import { parametersOf, readParameters } from "../session/parameters.ts";
import { clean } from "../terminal/text.ts";

type Flags = GlobalFlags & { case?: string; param?: string[]; incident?: string };
type Runbook = OutputOf<"get-runbook">;
type Client = ReturnType<Cli["open"]>["client"];
type Case = NonNullable<Runbook["cases"]>[number];

const ACTIONS = ["add", "remove"] as const;
type Action = (typeof ACTIONS)[number];

/** Stands for a secret: a definition holds none in clear. */
const MASK = "********";

export const command = (brief: string) =>
  buildCommand<Flags, [Action, string], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        case: textFlag("Name of the case. A case of this name is replaced", "name"),
        param: PARAM_FLAG,
        incident: textFlag("The incident of the example: what it says now is copied", "id"),
      },
      positional: {
        kind: "tuple",
        parameters: [
          { parse: readAction, brief: "add or remove", placeholder: "action" },
          { parse: String, brief: "Name or id of the runbook", placeholder: "runbook" },
        ],
      },
    },
    async func({ case: name, param = [], incident, ...flags }, action, runbook) {
      if (name === undefined) throw new UsageError("Name the case: --case.");
      const { client, print } = this.open(flags);
      const runbookId = await findRunbook(client, runbook);
      const current = await client.getRunbook({ runbookId });
      const { cases: before = [] } = current;
      const others = before.filter((each) => each.name !== name);
      const added = action === "add" ? [await makeCase(client, current, { name, param, incident })] : [];
      if (action === "remove" && others.length === before.length)
        throw new UsageError(`The runbook has no case ${JSON.stringify(name)}.`);
      const cases = [...others, ...added];
      const body = { cases: cases.length > 0 ? cases : null };
      const headers = { "if-match": `"${current.version}"` };
      print.value(await client.updateRunbook({ runbookId, headers, body }), (changed) =>
        clean(
          `${changed.name}: version ${changed.version} has ${cases.length} cases, ${changed.approvalStatus}`,
        ),
      );
    },
  });

/** @throws UsageError */
function readAction(text: string): Action {
  const action = ACTIONS.find((each) => each === text);
  if (action === undefined) throw new UsageError(`${JSON.stringify(text)} is neither add nor remove`);
  return action;
}

type Asked = { name: string; param: string[]; incident: string | undefined };

/** Renders the current version, and expects just that: method, URL, body, and the headers that the author names. */
async function makeCase(client: Client, runbook: Runbook, { name, param, incident }: Asked): Promise<Case> {
  const rows = parametersOf(runbook.parameters);
  const given = Object.entries(readParameters(param, rows));
  const isSecret = (parameter: string) => rows.some((row) => row.name === parameter && row.isSecret);
  const example = incident === undefined ? {} : { incident: await copyIncident(client, incident) };
  const shown = await client.previewRunbook({
    runbookId: runbook.id,
    body: {
      parameters: Object.fromEntries(given),
      ...(incident !== undefined && { incidentId: incident }),
      version: runbook.version,
      asCase: true,
    },
  });
  const own = Object.keys(runbook.webhookHeaders).map((header) => header.toLowerCase());
  const headers = Object.fromEntries(
    Object.entries(shown.headers).filter(([header]) => own.includes(header)),
  );
  const isJson = runbook.payloadFormat === "json" && shown.body !== "";
  const parameters = Object.fromEntries(given.map(([key, value]) => [key, isSecret(key) ? MASK : value]));
  return {
    ...{ name, parameters, ...example },
    expect: {
      ...{
        method: runbook.webhookMethod,
        url: shown.url,
        body: isJson ? JSON.parse(shown.body) : shown.body,
      },
      ...(Object.keys(headers).length > 0 && { headers }),
    },
  };
}

async function copyIncident(client: Client, incidentId: string) {
  const { reportedAt: _reported, ...incident } = await client.getIncident({ incidentId });
  return incident;
}
