// What takes an update back: alarms of the new version, and nothing that the old one or a stranger does.
import { describe, expect, it } from "vitest";
import { ENTRIES } from "../../../infra/aws/bundle/entries.ts";
import { WIDGETS_FUNCTION } from "../../../shared/contract/widgets.ts";
import { WORKFLOW_FUNCTIONS } from "../../../shared/contract/workflow.ts";
import { referencesOf } from "../../support/references.ts";
import { Facts, target } from "../../support/template.ts";
import {
  alarmOf,
  alarmsOf,
  aliasOf,
  groupOf,
  ofType,
  only,
  preferenceOf,
} from "../../support/updated-stack.ts";

const ISSUER = { oidcIssuer: "https://id.example.com", oidcAudience: "runbooks" };
const canary = new Facts({ gradualUpdates: "canary" });
/** With the authorizer, which an HTTP API has not, and without the trigger of the pool. */
const rest = new Facts({ gradualUpdates: "canary", apiKind: "rest", ...ISSUER });

const TASKS: readonly string[] = Object.values(WORKFLOW_FUNCTIONS);
const NAMES = ENTRIES.map(({ name }) => name).filter((n) => !TASKS.includes(n) && n !== WIDGETS_FUNCTION);
const factsWith = (name: string) => (name === "authorize-call" ? rest : canary);
const MACHINE = "AWS::StepFunctions::StateMachine";

describe("an update is taken back", () => {
  it.each(NAMES)("of %s by the alarm of its new version, and when it fails", (name) => {
    const facts = factsWith(name);
    expect(alarmsOf(facts, name)).toContain(alarmOf(facts, name).id);
    expect(groupOf(facts, aliasOf(facts, name).resource.UpdatePolicy)["AutoRollbackConfiguration"]).toEqual({
      Enabled: true,
      Events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
    });
  });

  it.each([...NAMES, ...TASKS])(
    "by what the new version of %s does, and nothing that the old one does",
    (name) => {
      const facts = factsWith(name);
      const { id } = facts.function(name);
      for (const { Id, MetricStat } of alarmOf(facts, name).metrics) {
        if (!MetricStat) continue;
        const versions = [...referencesOf(MetricStat)].map((named) => facts.resources[named]);
        expect(
          versions.map((version) => version?.Type),
          Id,
        ).toEqual(["AWS::Lambda::Version"]);
        expect(
          versions.map((version) => target(version?.Properties["FunctionName"])),
          Id,
        ).toEqual([id]);
      }
    },
  );

  it("of the authorizer by no error: that is how it refuses a token, so strangers would decide", () => {
    const { metrics } = alarmOf(rest, "authorize-call");
    expect(metrics.map(({ Id }) => Id)).not.toContain("errors");
    const [own, ofApi, ...others] = alarmsOf(rest, "authorize-call");
    expect(own).toBe(alarmOf(rest, "authorize-call").id);
    expect(rest.resources[ofApi ?? ""]?.Properties["AlarmName"]).toBe("runbooks-api-5xx-many");
    expect(others).toEqual([]);
    expect(alarmOf(canary, "api-read").metrics.map(({ Id }) => Id)).toContain("errors");
  });

  it("of runs by the alarms of all tasks, and by a run that failed through the service", () => {
    const { Alarms } = preferenceOf(canary) as { Alarms: unknown[] };
    const tasks = TASKS.map((name) => alarmOf(canary, name).id);
    const [ofService, ...others] = Alarms.map(target).filter((id) => !tasks.includes(id));
    expect(Alarms.map(target)).toEqual(expect.arrayContaining(tasks));
    expect(canary.resources[ofService ?? ""]?.Properties["AlarmName"]).toBe(
      "runbooks-runs-failed-by-service",
    );
    expect(others).toEqual([]);
  });

  it("of runs by no line of level ERROR: a team's secret or template may be its cause", () => {
    for (const name of TASKS)
      expect(alarmOf(canary, name).metrics.map(({ Id }) => Id)).not.toContain("faults");
    expect(alarmOf(canary, "on-incident").metrics.map(({ Id }) => Id)).toContain("faults");
  });

  it("before it has touched a run: runs move after all calls have", () => {
    const { DependsOn } = only(canary, `${MACHINE}Alias`);
    expect(DependsOn).toEqual(
      expect.arrayContaining(ofType(canary, "AWS::Lambda::Alias").map(([alias]) => alias)),
    );
  });

  it("by an alarm that is new, and has no state of an earlier version", () => {
    for (const name of [...NAMES, ...TASKS]) {
      const facts = factsWith(name);
      const { AlarmName } = facts.resources[alarmOf(facts, name).id]?.Properties ?? {};
      const named = [...referencesOf(AlarmName)].map((id) => facts.resources[id]);
      expect(named.map((version) => version?.Type)).toEqual(["AWS::Lambda::Version"]);
      expect(target(named[0]?.Properties["FunctionName"])).toBe(facts.function(name).id);
    }
  });

  it("and nobody is woken: the alarm sees the version after the update, too", () => {
    const topics = {
      alarmTopicArn: "arn:aws:sns:eu-west-1:111122223333:on-call",
      noticeTopicArn: "arn:aws:sns:eu-west-1:111122223333:office",
    };
    const told = new Facts({ gradualUpdates: "canary", ...topics });
    const { id } = alarmOf(told, "sweep");
    expect(told.resources[id]?.Properties).not.toHaveProperty("AlarmActions");
  });
});
