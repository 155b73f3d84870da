// The widget "waiting for review": what somebody should look at, and where.
import type { RiskLevel } from "../domain/runbooks/risk-reasons.ts";
import { row, statusOf, table } from "./frame.ts";
import { type Html, html, linkTo, nameOf } from "./html.ts";
import { ago } from "./times.ts";

/** `link`: its review in the console; null: there is no console. */
type Waiting = {
  name: string;
  teamId: string | null;
  version: number;
  risk: RiskLevel;
  since: string;
  link: string | null;
};

const RISKS: Record<RiskLevel, Html> = {
  high: statusOf("bad", "▲", "high"),
  medium: statusOf("odd", "◆", "medium"),
  low: statusOf("good", "●", "low"),
};

/** `more`: there are more than these. */
export function drawWaiting(waiting: readonly Waiting[], more: boolean, now: Date): Html {
  const rows = waiting.map(({ name, teamId, version, risk, since, link }) =>
    row(
      html`${linkTo(link, nameOf(name))} v${version}`,
      nameOf(teamId ?? "global"),
      RISKS[risk],
      ago(since, now),
    ),
  );
  return table(sayHowMany(waiting.length, more), ["Draft", "Team", "Risk", "Asked"], rows);
}

function sayHowMany(count: number, more: boolean): string {
  if (count === 0) return "Nothing waits for a review.";
  if (more) return `The ${count} most urgent drafts; more are waiting.`;
  return count === 1 ? "1 draft waits for a review." : `${count} drafts wait for a review.`;
}
