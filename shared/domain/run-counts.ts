// Counts the executions that ended among what was announced: all together, and by the watched teams and runbooks. Pure.
import * as z from "zod";
import { ExecutionAnnouncement } from "./announcement-details.ts";
import { isServiceFault } from "./executions/faults.ts";

export type RunCounts = { succeeded: number; failed: number; failedByService: number; cancelled: number };

/** Teams and runbooks that have counts of their own, by their ids. */
type Watched = { teams: readonly string[]; runbooks: readonly string[] };

/** `of`: which team or runbook; none: all. */
type CountedRuns = { of: { team?: string; runbook?: string }; counts: RunCounts };

const Ended = ExecutionAnnouncement.pick({
  runbookId: true,
  teamId: true,
  ranForTeamId: true,
  status: true,
  error: true,
}).extend({ status: z.enum(["SUCCESS", "FAILED", "CANCELLED"]) });
type Ended = z.infer<typeof Ended>;

const END_EVENTS = /^Runbook Execution (Succeeded|Failed|Cancelled)$/;

/** Returns no series without executions, so that nothing is written for what did not happen. */
export function countRuns(
  announced: readonly { detailType: string; detail: unknown }[],
  { teams, runbooks }: Watched,
): CountedRuns[] {
  const ended = announced.flatMap(({ detailType, detail }) =>
    END_EVENTS.test(detailType) ? [Ended.parse(detail)] : [],
  );
  return [
    { of: {}, runs: ended },
    ...teams.map((team) => ({ of: { team }, runs: ended.filter((run) => teamOf(run) === team) })),
    ...runbooks.map((runbook) => ({
      of: { runbook },
      runs: ended.filter(({ runbookId }) => runbookId === runbook),
    })),
  ].flatMap(({ of, runs }) => (runs.length > 0 ? [{ of, counts: count(runs) }] : []));
}

/** The team that the execution is for; that of the runbook, where it is for none. */
const teamOf = ({ teamId, ranForTeamId }: Ended) => ranForTeamId ?? teamId;

function count(runs: readonly Ended[]): RunCounts {
  const of = (status: Ended["status"]) => runs.filter((run) => run.status === status);
  const failed = of("FAILED");
  return {
    succeeded: of("SUCCESS").length,
    failed: failed.length,
    failedByService: failed.filter(({ error }) => error && isServiceFault(error)).length,
    cancelled: of("CANCELLED").length,
  };
}
