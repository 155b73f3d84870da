// Pausing and resuming new executions, everywhere or for one team.
import type { OutputOf } from "../../api-client/types.ts";
import { clean } from "../terminal/text.ts";
import type { Session } from "./context.ts";
import { UsageError } from "./failures.ts";

type Where = { team?: string; everywhere: boolean };

export const EVERYWHERE_FLAG = {
  kind: "boolean",
  brief: "The whole service",
  default: false,
  withNegated: false,
} as const;

/** @throws UsageError unless exactly one of `--team` and `--everywhere` is given */
export async function setPause(
  { client, print }: Session,
  { team, everywhere }: Where,
  reason: string | null,
) {
  if ((team === undefined) !== everywhere) throw new UsageError("Give either --team or --everywhere.");
  const body = { scope: team ?? null, paused: reason !== null, ...(reason !== null && { reason }) };
  print.value(await client.putControls({ body }), formatPause);
}

const formatPause = ({ scope, paused, reason }: OutputOf<"put-controls">) =>
  `${scope === null ? "The whole service" : `The team ${clean(scope)}`}: ${paused ? `paused (${clean(reason ?? "")})` : "runs"}`;
