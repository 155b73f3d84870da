// `runbooks preview`: the request that a run would send, secrets masked.
import { buildCommand } from "@stricli/core";
import { RUNBOOK_ARGUMENT, textFlag, VERSION_FLAG } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { formatRequest } from "../session/executions.ts";
import { givenOf } from "../session/given.ts";
import { findRunbook } from "../session/names.ts";
import { PARAM_FLAG } from "../session/param-flag.ts";
import { parametersOf, readParameters } from "../session/parameters.ts";

type Flags = GlobalFlags & { param?: string[]; incident?: string; version?: number };

export const command = (brief: string) =>
  buildCommand<Flags, [string], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        param: PARAM_FLAG,
        incident: textFlag("The incident to render for", "id"),
        version: { ...VERSION_FLAG, brief: "The version to render. Default: the current one" },
      },
      positional: RUNBOOK_ARGUMENT,
    },
    async func(flags, name) {
      const { client, print } = this.open(flags);
      const runbookId = await findRunbook(client, name);
      const { parameters } = await client.getRunbook({ runbookId });
      const body = {
        parameters: readParameters(flags.param ?? [], parametersOf(parameters)),
        ...givenOf({ incidentId: flags.incident, version: flags.version }),
      };
      print.value(await client.previewRunbook({ runbookId, body }), formatRequest);
    },
  });
