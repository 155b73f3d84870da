// `runbooks doctor`: checks address, clock, token, groups and sources, one after the other, and says what to do.
import { buildCommand } from "@stricli/core";
import { ProblemError } from "../../api-client/errors.ts";
import { type Check, checkSources } from "../checks/sources.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags, type Session } from "../session/context.ts";
import { explain } from "../session/failures.ts";
import { findTokenTrouble } from "../session/token-trouble.ts";
import { clean } from "../terminal/text.ts";

/** A token that is this much ahead or behind may be refused. */
const MAX_SKEW_SECONDS = 30;

export const command = (brief: string) =>
  buildCommand<GlobalFlags, [], Cli>({
    docs: { brief },
    parameters: { flags: GLOBAL_FLAGS },
    async func(flags) {
      const session = this.open(flags);
      const checks = await examine(session);
      const { print } = session;
      print.value(checks, (all) =>
        all
          .map(
            ({ check, ok, detail }) =>
              `${ok ? print.style("green", "ok  ") : print.style("red", "FAIL")} ${check}: ${clean(detail, { lines: true })}`,
          )
          .join("\n"),
      );
      if (checks.some(({ ok }) => !ok)) this.process.exitCode = 1;
    },
  });

/** Stops at the first check that the others depend on. */
async function examine(session: Session): Promise<Check[]> {
  const reached = await checkReach(session);
  const first = [...reached, { check: "version", ok: true, detail: `Node ${process.versions.node}` }];
  if (reached.some(({ check, ok }) => check === "address" && !ok)) return first;
  return [...first, ...(await checkCaller(session))];
}

async function checkReach({ client, baseUrl }: Session): Promise<Check[]> {
  try {
    const { headers } = await client.request("get-health");
    const skew = Math.round((Date.parse(headers.get("date") ?? "") - Date.now()) / 1000);
    const clock = Number.isNaN(skew)
      ? { ok: true, detail: "the service does not say its time" }
      : {
          ok: Math.abs(skew) <= MAX_SKEW_SECONDS,
          detail: `the service is ${Math.abs(skew)} s ${skew < 0 ? "behind" : "ahead"}`,
        };
    return [
      { check: "address", ok: true, detail: baseUrl },
      { check: "clock", ...clock },
    ];
  } catch (error) {
    return [{ check: "address", ok: false, detail: explain(error) }];
  }
}

async function checkCaller({ client, token }: Session): Promise<Check[]> {
  if (token === "") return [{ check: "token", ok: false, detail: "there is none. Log in: runbooks login" }];
  try {
    const { subject, expiresAt, roles, ignoredGroups } = await client.getMe();
    const isSomebody = roles.platformAdmin || roles.platformAuditor || Object.keys(roles.teams).length > 0;
    const ignored = ignoredGroups.length === 0 ? "" : `; these give no role: ${ignoredGroups.join(", ")}`;
    return [
      { check: "token", ok: true, detail: `of ${subject}, until ${expiresAt ?? "an unknown time"}` },
      {
        check: "groups",
        ok: isSomebody && ignoredGroups.length === 0,
        detail: `${isSomebody ? "you have a role" : "you have no role"}${ignored}`,
      },
      ...(isSomebody ? [await checkSources(client, roles)] : []),
    ];
  } catch (error) {
    const isRefused = error instanceof ProblemError && error.status === 401;
    const trouble = isRefused ? findTokenTrouble(token, new Date()) : undefined;
    const detail = [explain(error), ...(trouble === undefined ? [] : [trouble])].join("\n");
    return [{ check: "token", ok: false, detail }];
  }
}
