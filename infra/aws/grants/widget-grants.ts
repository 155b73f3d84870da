// What the widgets of the AWS console may read, as data: what they show to whoever may open the dashboard.
import type { TableGrant } from "./table-grant.ts";

/** Names, statuses and attempts. Nothing that was sent or answered is drawn; attempts stand beside it. */
export const WIDGETS_GRANT: TableGrant = {
  lists: ["awaitingReview", "activeExecutions", "unsuccessfulExecutions", "allExecutions"],
  batch: ["runbook", "execution"],
  query: ["execution"],
};
