// What the console knows of sources is what the service knows, and its form sends what was typed, and nothing else.
import { describe, expect, it } from "vitest";
import { describeKind, KNOWN_KINDS } from "../../../clients/console/pages/source/kinds.ts";
import { otherSettings, type Source } from "../../../clients/console/pages/source/source.ts";
import {
  EMPTY,
  findChanges,
  readForm,
  writeSource,
} from "../../../clients/console/pages/source-edit/form.ts";
import { KINDS, wayOf } from "../../../shared/domain/sources/kinds.ts";
import { SourceInput } from "../../../shared/domain/sources/source.ts";
import { readSample } from "../../support/source-samples.ts";

const STAMPS = {
  ...{ version: 1, createdAt: "2026-03-01T00:00:00.000Z", createdBy: "ana", createdByName: null },
  ...{ updatedAt: "2026-03-01T00:00:00.000Z", updatedBy: "ana", updatedByName: null },
};
const id = "source_01h455vb4pex5vsknk084sn02q";

/** A source as the API answers it. */
function viewOf(kind: string, more: object = {}): Source {
  const { verification, ...settings } = SourceInput.parse(readSample(kind, "source"));
  const shown = verification && { scheme: verification.scheme, secret: "********", previousUntil: null };
  return { ...settings, id, verification: shown, intakePath: shown && `/intake/${id}`, ...STAMPS, ...more };
}

it("every kind of the service has its words and its form", () => {
  expect([...KNOWN_KINDS].sort()).toEqual(Object.keys(KINDS).sort());
});

describe.each(KNOWN_KINDS)("%s", (kind) => {
  it("has the name, the schemes and the event buses that the service knows", () => {
    const { system, schemes, partner } = describeKind(kind);
    const { http, events } = wayOf(kind);
    const known = events && "partner" in events ? events.partner : undefined;
    expect({ system, schemes, partner }).toEqual({
      ...{ system: KINDS[kind].system, schemes: http ?? [], partner: known },
    });
  });

  it("is sent as it was, when nothing is typed", () => {
    const source = viewOf(kind);
    const form = readForm(source);
    expect(findChanges(form, form)).toEqual({ changes: {}, problems: [] });
    const secret = readSample(kind, "source")["verification"] as { secret: string } | undefined;
    const { input, problems } = writeSource({ ...form, secret: secret?.secret ?? "" });
    expect(problems).toEqual([]);
    const given = SourceInput.parse(readSample(kind, "source"));
    expect(SourceInput.parse({ ...input, enabled: true })).toEqual(given);
  });
});

describe("the form of a source", () => {
  it("sends what was changed alone", () => {
    const base = readForm(viewOf("alertmanager"));
    const { changes } = findChanges({ ...base, name: "Other", priorityDefault: "" }, base);
    expect(changes).toEqual({ name: "Other", priority: { map: { critical: "P1", warning: "P3" } } });
    expect(findChanges({ ...base, whose: "one", teamId: " search " }, base).changes).toEqual({
      ...{ teamId: "search", team: null },
    });
  });

  it("says where JSON is broken, and keeps settings that it has no field for", () => {
    expect(writeSource({ ...EMPTY, filter: "{" }).problems).toMatchObject([{ pointer: "/filter" }]);
    const source = viewOf("guardduty", { regions: { names: ["eu-west-1"] } });
    expect(otherSettings(source)).toEqual({ regions: { names: ["eu-west-1"] } });
    const base = readForm(source);
    const others = '{"regions": {"names": ["eu-west-2"]}}';
    expect(findChanges({ ...base, others }, base).changes).toEqual({ regions: { names: ["eu-west-2"] } });
  });

  it("sends the schedule of the clock whole, and of no other kind", () => {
    const base = readForm(viewOf("schedule"));
    expect(findChanges({ ...base, expression: " rate(1 hour) " }, base).changes).toEqual({
      schedule: { expression: "rate(1 hour)", timeZone: base.timeZone },
    });
    expect(writeSource({ ...EMPTY, expression: "rate(1 hour)" }).input).not.toHaveProperty("schedule");
  });
});
