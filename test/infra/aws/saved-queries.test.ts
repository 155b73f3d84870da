// Saved queries name log groups of the stack. test/infra/local/saved-queries.test.ts runs them over real lines.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ACCESS_LOG } from "../../../infra/aws/api/access-log.ts";
import { ALARM_TEXTS } from "../../../infra/aws/monitoring/alarm-texts.ts";
import { SAVED_QUERIES, type SavedQuery } from "../../../shared/contract/saved-queries.ts";
import { queriedFields, selectLines } from "../../support/logs-insights.ts";
import { Facts, target } from "../../support/template.ts";

const facts = new Facts();
const saved = facts.all("AWS::Logs::QueryDefinition").map(([, properties]) => properties);
const operations = readFileSync(new URL("../../../docs/operations.md", import.meta.url), "utf8");
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

  it("over the access log read fields that it has, of requests that no function saw too", () => {
    const { integrationLatencyMs: _latency, ...line } = ACCESS_LOG;
    for (const { logs, query } of Object.values<SavedQuery>(SAVED_QUERIES).filter(
      (q) => q.logs === "access",
    )) {
      expect(selectLines(query, [line]), logs).toEqual([line]);
      expect(queriedFields(query).filter(({ valueIn }) => valueIn(line) === undefined)).toEqual([]);
    }
  });

  it("are there for every alarm that names one", () => {
    const named = Object.values(ALARM_TEXTS).flatMap(({ first }) =>
      [...first.matchAll(/“([^”]+)”/g)].map(([, name]) => name),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !Object.keys(SAVED_QUERIES).includes(String(name)))).toEqual([]);
  });
});
