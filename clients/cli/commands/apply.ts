// `runbooks apply`: makes the service hold what the files say, after showing the plan.
import { buildCommand } from "@stricli/core";
import { type Applied, applyPlan } from "../as-code/apply.ts";
import { FOLDER_ARGUMENT, PRUNE_FLAG, TEAM_FLAG } from "../as-code/arguments.ts";
import { approvalJson, planJson, stepJson } from "../as-code/json-output.ts";
import type { Plan } from "../as-code/plan.ts";
import { FilesError, prepare } from "../as-code/prepare.ts";
import { reportFailure, reportProblems } from "../as-code/report.ts";
import { appliedText, PLAIN, planText, stepText } from "../as-code/words.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags, type Session } from "../session/context.ts";
import { exitCodeOf, REFUSED_EXIT, USAGE_EXIT, UsageError } from "../session/failures.ts";
import { ask, canAsk } from "../terminal/prompt.ts";
import type { Terminal } from "../terminal/terminal.ts";

type Flags = GlobalFlags & { team?: string; prune: boolean; yes: boolean };

export const command = (brief: string) =>
  buildCommand<Flags, [string], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        team: TEAM_FLAG,
        prune: PRUNE_FLAG,
        yes: { kind: "boolean", brief: "Do not ask", default: false, withNegated: false },
      },
      positional: FOLDER_ARGUMENT,
    },
    async func(flags, folder) {
      const session = this.open(flags);
      try {
        const plan = await prepare(session.client, folder, flags);
        this.process.exitCode = await carryOut(plan, session, { terminal: this.terminal, isSure: flags.yes });
      } catch (error) {
        if (!(error instanceof FilesError)) throw error;
        reportProblems(error, session.print, this.terminal.stderr);
        this.process.exitCode = USAGE_EXIT;
      }
    },
  });

type Consent = { terminal: Terminal; isSure: boolean };

/** Returns the exit code. */
async function carryOut(
  plan: Plan,
  { client, print }: Session,
  { terminal, isSure }: Consent,
): Promise<number> {
  if (!print.isJson || plan.steps.length === 0)
    print.value(planJson(plan), () => planText(plan, print.style));
  if (plan.steps.length === 0) return 0;
  if (!isSure && !canAsk(terminal))
    throw new UsageError("Nothing was done. --yes applies the plan without asking.");
  if (!isSure && !/^y(es)?$/i.test((await ask(terminal, "Apply this? [y/N] ")).trim())) {
    print.note("Nothing was done.");
    return REFUSED_EXIT;
  }
  const applied = await applyPlan(client, plan, (step) => {
    if (!print.isJson) print.note(`done: ${stepText(step, PLAIN)}`);
  });
  if (applied.failure) reportFailure(applied.failure, terminal.stderr);
  print.value(appliedJson(applied), () => appliedText(applied, print.style));
  if (applied.failure) return exitCodeOf(applied.failure.error);
  return applied.waiting.length > 0 ? REFUSED_EXIT : 0;
}

const appliedJson = ({ done, waiting, left, changed }: Applied) => ({
  done: done.map(stepJson),
  left: left.map(stepJson),
  waitingForApproval: changed.filter(({ approvalStatus }) => approvalStatus === "DRAFT").map(approvalJson),
  waitingAutomations: waiting.map(stepJson),
});
