// Tables of docs/api.md, from the contract: routes, error codes and permissions.
import { API_THROTTLE, LIST_LIMIT, MAX_BODY_BYTES, type Throttle } from "../../shared/contract/route.ts";
import { ALL_ROUTES } from "../../shared/contract/routes.ts";
import { UNKNOWN_ROUTE } from "../../shared/contract/unknown-route.ts";
import { ERROR_CODES, type ErrorCode, ISSUE_CODES } from "../../shared/domain/errors.ts";
import { EXECUTION_ERROR_CODES } from "../../shared/domain/executions/execution.ts";
import { ACTIONS, AUDITOR_ACTIONS, PERMISSIONS } from "../../shared/domain/permissions.ts";
import { TRANSITIONS } from "../../shared/domain/runbooks/approval.ts";
import { who } from "./access.ts";
import { ERROR_ADVICE, EXECUTION_ERROR_ADVICE } from "./advice.ts";
import { gives, takes } from "./field-tables.ts";
import { code, kibibytes, table } from "./markdown.ts";

export function routeTable(): string {
  const rows = ALL_ROUTES.map(([name, route]) => [
    `[${code(`${route.method} ${route.path}`)}](#${name})`,
    route.summary,
    who(route),
    takes(name),
    [route.answer.status, gives(name), ...(route.answer.headers ?? []).map((h) => code(h))].join(" ").trim(),
    (route.errors ?? []).map(code).join(" "),
  ]);
  return table(["route", "does", "who", "takes", "answers", "its own error codes"], rows);
}

export function errorTable(): string {
  const rows = Object.entries(ERROR_CODES).map(([name, { status, title }]) => [
    code(name),
    status,
    title,
    ERROR_ADVICE[name as ErrorCode],
  ]);
  return table(["code", "status", "title", "what to do"], rows);
}

export function issueTable(): string {
  return table(
    ["`code` in `errors`", "means"],
    Object.entries(ISSUE_CODES).map(([name, meaning]) => [code(name), meaning]),
  );
}

export function executionErrorTable(): string {
  return table(
    ["`error.code` of a run", "means"],
    EXECUTION_ERROR_CODES.map((name) => [code(name), EXECUTION_ERROR_ADVICE[name]]),
  );
}

export function permissionTable(): string {
  const rows = ACTIONS.map((action) => {
    const { team, global } = PERMISSIONS[action];
    const platform = ["platform-admin", ...(AUDITOR_ACTIONS.includes(action) ? ["platform-auditor"] : [])];
    const rolesOf = (roles: readonly string[]) => [...platform, ...roles].map(code).join(", ");
    return [code(action), rolesOf(team), global === "everyone" ? "everyone signed in" : rolesOf(global)];
  });
  return table(
    ["action", "runbook of a team: roles in that team", "global runbook: roles in any team"],
    rows,
  );
}

const LIVE_TEXTS = {
  replace: "the new version",
  stop: "nothing",
  as_while_draft_says: "as `whileDraft` of the live version says",
} as const;

export function transitionTable(): string {
  const rows = Object.entries(TRANSITIONS).map(([name, { from, to, change, live }]) => [
    name,
    from.join(", "),
    to,
    code(change),
    LIVE_TEXTS[live],
  ]);
  return table(["action", "from", "to", "`change` of the new version", "live afterwards"], rows);
}

const perSecond = ({ ratePerSecond, burst }: Throttle) =>
  `${ratePerSecond} a second over all callers, ${burst} at once; then 429 (on AWS)`;

export function limitTable(): string {
  return table(
    ["limit", "value"],
    [
      ["body of a request", kibibytes(MAX_BODY_BYTES)],
      ...ALL_ROUTES.flatMap(([name, { maxBodyBytes }]) =>
        maxBodyBytes === undefined ? [] : [[`body of ${code(name)}`, kibibytes(maxBodyBytes)]],
      ),
      ["requests to the API", perSecond(API_THROTTLE)],
      ...ALL_ROUTES.flatMap(([name, { throttle }]) =>
        throttle ? [[`requests to ${code(name)}`, perSecond(throttle)]] : [],
      ),
      ["requests that match no route", perSecond(UNKNOWN_ROUTE.throttle)],
      ["`limit` of a list", `1 to ${LIST_LIMIT.max}, default ${LIST_LIMIT.default}`],
    ],
  );
}
