// What the routes answer over the items that a release leaves behind: one answer of each kind.
import type { Session } from "../../../infra/docs/examples.ts";
import type { JsonValue } from "../../../shared/domain/json.ts";
import { onceOfEachShape } from "../shape.ts";

type Answer = { as: "ana" | "boss" | "rob"; path: string; body: JsonValue };

/** What says nothing about stored data, or changes what is stored. */
const NOT_ASKED: ReadonlySet<string> = new Set(["get-health", "get-openapi", "get-me", "get-signing-secret"]);

const LISTS = [
  "/runbooks",
  "/runbooks?approvalExpiring=true",
  "/runbooks?reviewRequested=true",
  "/automations",
  "/executions?parameter=service%3Acheckout",
  "/audit?teamId=payments&limit=100",
  "/incidents",
  "/decisions?incidentId=INC-43",
  "/break-glass",
  "/rejections",
  "/sources",
  "/freeze-windows",
  "/controls",
  "/incidents/INC-43",
];

/** What can be asked about one of each. */
const OF_ONE: Readonly<Record<string, readonly string[]>> = {
  runbook: ["", "/versions", "/executions", "/review"],
  execution: [""],
  automation: ["", "/versions", "/decisions"],
  source: [""],
};

type Item = Record<string, { S?: string }>;

const pathsOf = (items: readonly Item[]): string[] =>
  [...new Set(items.map(({ pk }) => pk?.S ?? ""))].flatMap((pk) => {
    const [kind = "", id = ""] = pk.split("#");
    return (OF_ONE[kind] ?? []).map((end) => `/${kind}s/${id}${end}`);
  });

/** A path without its ids. */
const routeOf = (path: string) => path.replaceAll(/[a-z]+_[0-9a-z]{26}/g, "…");

/** Asks what the session has asked, at its end, and about everything that it leaves. */
export async function readAnswers(session: Session, items: readonly Item[]): Promise<Answer[]> {
  const asked = [...session.exchanges]
    .filter(([name, { method }]) => method === "GET" && !NOT_ASKED.has(name))
    .map(([, { as, path }]) => ({ as, path }));
  const more = [...LISTS, ...pathsOf(items)].map((path) => ({ as: "boss" as const, path }));
  const answers: Answer[] = [];
  for (const { as, path } of [...asked, ...more]) {
    const { answer } = await session.ask("GET", path, { as });
    if (answer.status === 200) answers.push({ as, path, body: answer.body });
  }
  return onceOfEachShape(answers, ({ path, body }) => [{ source: routeOf(path) }, body]);
}
