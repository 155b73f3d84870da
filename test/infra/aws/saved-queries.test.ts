// Saved queries name log groups of the stack, and fields that the log lines have.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ACCESS_LOG } from "../../../infra/aws/api/access-log.ts";
import { ALARM_TEXTS } from "../../../infra/aws/monitoring/alarm-texts.ts";
import { SAVED_QUERIES } from "../../../shared/contract/saved-queries.ts";
import { CompleteResult, DeliverResult } from "../../../shared/contract/workflow.ts";
import { Facts, target } from "../../support/template.ts";

const facts = new Facts();
const saved = facts.all("AWS::Logs::QueryDefinition").map(([, properties]) => properties);
const operations = readFileSync(new URL("../../../docs/operations.md", import.meta.url), "utf8");
const logged = ["http/access-log.ts", "handlers/task-handler.ts", "handlers/sqs-handler.ts"]
  .map((file) => readFileSync(new URL(`../../../shared/${file}`, import.meta.url), "utf8"))
  .join("\n");

/** The fields that a query reads: words that are no text, no word of the language, and no name that it gives itself. */
function fieldsOf(query: string): string[] {
  const bare = query.replaceAll(/"[^"]*"/g, "").replaceAll(/\bas \w+/g, "");
  const given = new Set([...query.matchAll(/\bas (\w+)/g)].map(([, name]) => name));
  const words = bare.match(/@?[a-zA-Z][\w.]*/g) ?? [];
  const language =
    /^(fields|filter|stats|sort|display|limit|and|or|by|desc|asc|ispresent|count|latest|pct|as)$/;
  return words.filter((word) => !language.test(word) && !given.has(word) && !word.startsWith("@"));
}
const OF_RESULTS = [CompleteResult, DeliverResult].flatMap(({ shape }) => Object.keys(shape));
const isLogged = (field: string) =>
  ["level", "message"].includes(field) ||
  (field.startsWith("result.") && OF_RESULTS.includes(field.slice("result.".length))) ||
  new RegExp(`\\b${field.replace(/^ids\./, "")}\\b`).test(logged);

describe("the saved queries", () => {
  it("are those of the documents, over log groups of the stack", () => {
    expect(saved.map(({ Name }) => Name)).toEqual(
      Object.keys(SAVED_QUERIES).map((name) => `runbooks/${name}`),
    );
    for (const { LogGroupNames, QueryString } of saved) {
      expect(operations).toContain(String(QueryString));
      const groups = (LogGroupNames as unknown[]).map(target);
      expect(groups.map((group) => facts.resources[group]?.Type)).toEqual(
        groups.map(() => "AWS::Logs::LogGroup"),
      );
    }
  });

  it.each(Object.entries(SAVED_QUERIES))("%s names fields that the lines have", (_name, { logs, query }) => {
    const fields = fieldsOf(query);
    expect(fields.length).toBeGreaterThan(0);
    const known = logs === "access" ? (field: string) => field in ACCESS_LOG : isLogged;
    expect(fields.filter((field) => !known(field))).toEqual([]);
  });

  it("are there for every alarm that names one", () => {
    const named = Object.values(ALARM_TEXTS).flatMap(({ first }) =>
      [...first.matchAll(/“([^”]+)”/g)].map(([, name]) => name),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !Object.keys(SAVED_QUERIES).includes(String(name)))).toEqual([]);
  });
});
