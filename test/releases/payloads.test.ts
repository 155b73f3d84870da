// Today's code takes what the last release has sent, gives what it gave, and publishes no less than it did.
import { describe, expect, it } from "vitest";
import { OUTGOING_EVENTS } from "../../shared/contract/event-schemas.ts";
import { StateMachineInput } from "../../shared/contract/workflow.ts";
import { formOf, listNarrowed } from "./forms.ts";
import { QUEUED, WORKFLOW_PAYLOADS } from "./payloads.ts";
import { readRelease } from "./release.ts";

const calls = readRelease("calls.json");
const events = readRelease("events.json");
const forms = readRelease("forms.json");

describe("the payloads of the last release", () => {
  it.each(Object.entries(WORKFLOW_PAYLOADS))(
    "of %s are still taken, and still given",
    (path, { input, result }) => {
      const recorded = calls.filter((call) => call.path === path);
      expect(recorded).not.toEqual([]);
      for (const { event, answer } of recorded) {
        input.parse(event);
        result?.parse(answer);
      }
    },
  );

  it("begin a state machine as they did", () => {
    const { underWay } = readRelease("release.json");
    expect(underWay.inputs.map((input) => StateMachineInput.parse(input))).toEqual(
      [underWay.retrying, underWay.waiting].map((executionId) => ({ executionId })),
    );
  });

  const taken = Object.entries(WORKFLOW_PAYLOADS).map(([path, { input }]) => [path, input] as const);
  it.each([...taken, ...Object.entries(QUEUED)])(
    "that %s could take are taken, also those that nobody has recorded",
    (path, schema) => {
      expect(listNarrowed(forms[path] ?? {}, formOf([schema]))).toEqual([]);
    },
  );
});

describe("the events of the last release", () => {
  const specs = new Map(OUTGOING_EVENTS.map((spec) => [spec.detailType, spec.detail]));

  it.each([...new Set(events.map((event) => event["detail-type"]))])(
    "of type %s are published as they were",
    (type) => {
      const schema = specs.get(type);
      if (!schema) throw new Error("No event has this type any more");
      const known = formOf([schema]);
      for (const { detail } of events.filter((event) => event["detail-type"] === type)) {
        schema.parse(detail);
        const gone = Object.keys(Object(detail) as object).filter((field) => !(`/${field}` in known));
        expect(gone).toEqual([]);
      }
    },
  );
});
