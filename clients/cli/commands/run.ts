// `runbooks run`: runs a runbook, asks for missing parameters on a terminal, and waits for the end if it is told to.
import { buildCommand } from "@stricli/core";
import { RUNBOOK_ARGUMENT, textFlag, VERSION_FLAG } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { givenOf } from "../session/given.ts";
import { findRunbook } from "../session/names.ts";
import { PARAM_FLAG } from "../session/param-flag.ts";
import {
  describeParameter,
  type Parameter,
  type ParameterValues,
  parametersOf,
  readParameters,
  readTyped,
} from "../session/parameters.ts";
import { reportStart, WAIT_FLAG } from "../session/started.ts";
import { ask, canAsk } from "../terminal/prompt.ts";
import type { Terminal } from "../terminal/terminal.ts";

type Flags = GlobalFlags & {
  param?: string[];
  incident?: string;
  team?: string;
  version?: number;
  key?: string;
  breakGlass?: string;
  wait: boolean;
};

export const command = (brief: string) =>
  buildCommand<Flags, [string], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        param: PARAM_FLAG,
        incident: textFlag("The incident that it runs for", "id"),
        team: textFlag("The team that it runs for", "id"),
        version: { ...VERSION_FLAG, brief: "The version that must be the live one" },
        key: textFlag("Idempotency key: the same key is the same run, for 24 hours"),
        breakGlass: textFlag(
          "Run although it is paused, frozen, or its approval has expired, and say why. Admins only",
          "reason",
        ),
        wait: WAIT_FLAG,
      },
      positional: RUNBOOK_ARGUMENT,
    },
    async func(flags, name) {
      const session = this.open(flags);
      const runbookId = await findRunbook(session.client, name);
      const schema = parametersOf((await session.client.getRunbook({ runbookId })).parameters);
      const given = readParameters(flags.param ?? [], schema);
      const parameters = { ...given, ...(await askForMissing(this.terminal, schema, given)) };
      const started = await session.client.startExecution({ runbookId, ...inputOf(flags, parameters) });
      this.process.exitCode = await reportStart(session, started, flags.wait);
    },
  });

const inputOf = (
  { incident, team, version, key, breakGlass: reason }: Flags,
  parameters: ParameterValues,
) => ({
  body: {
    parameters,
    ...givenOf({ incidentId: incident, teamId: team, version }),
    ...(reason !== undefined && { breakGlass: { reason } }),
  },
  headers: givenOf({ "idempotency-key": key }),
});

/** Only what is required and has no default. Without a terminal nothing is asked: the service names what is missing. */
async function askForMissing(
  terminal: Terminal,
  schema: readonly Parameter[],
  given: Readonly<ParameterValues>,
): Promise<ParameterValues> {
  const answers: ParameterValues = {};
  if (!canAsk(terminal)) return answers;
  const missing = schema.filter(
    (each) => each.isRequired && each.default === undefined && !Object.hasOwn(given, each.name),
  );
  for (const parameter of missing) {
    terminal.stderr.write(`${describeParameter(parameter)}\n`);
    const text = await ask(terminal, `${parameter.name}: `, parameter.isSecret);
    answers[parameter.name] = readTyped(text, parameter);
  }
  return answers;
}
