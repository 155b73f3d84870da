// Tests a source: what a message becomes, and what the automations would do with it. Sends and stores nothing.
import type { Caller } from "../../domain/caller.ts";
import { IncidentEvent, toIncident } from "../../domain/incidents/incident-event.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { isAllowed } from "../../domain/permissions.ts";
import { isTaken } from "../../domain/sources/filter.ts";
import type { Source } from "../../domain/sources/source.ts";
import { toIncidentEvent } from "../../domain/sources/source-event.ts";
import type { SourceTest } from "../../domain/sources/source-test.ts";
import { type Translated, translate } from "../../domain/sources/translate.ts";
import { getAutomation, listAutomationIds } from "../../store/automations.ts";
import { testAutomation } from "../automations/test-automation.ts";
import { messageOf } from "./source-message.ts";

/** Items that are shown, and incidents whose automations are asked. */
const MAX_SHOWN = 100;
const MAX_ASKED = 5;

export async function testSource(
  source: Source,
  message: JsonValue,
  caller: Caller,
  now: Date,
): Promise<SourceTest> {
  const time = now.toISOString();
  const filtered = !isTaken(source, message);
  const { items, omitted } = translate(source, messageOf(source, message), time);
  const events = items.flatMap((item) =>
    item.outcome === "incident" ? [toIncidentEvent(source, item, time)] : [],
  );
  const asked = filtered ? [] : events.slice(0, MAX_ASKED);
  const automations = await Promise.all(asked.map((event) => askAutomations(event, caller, now)));
  return {
    filtered,
    items: items.slice(0, MAX_SHOWN).map((item) => toItem(source, item, time)),
    omitted,
    automations: automations.flat(),
  };
}

function toItem(source: Source, item: Translated, time: string): SourceTest["items"][number] {
  const none = { report: null, incident: null, from: {}, reason: null, message: null, issues: [] };
  const { at, outcome } = item;
  if (item.outcome === "ignored") return { ...none, at, outcome, message: item.message };
  if (item.outcome === "refused") {
    const message = "The item cannot be read as an incident: see its issues.";
    return { ...none, at, outcome, reason: item.reason, message, issues: item.issues };
  }
  const incident = toIncident(IncidentEvent.parse(toIncidentEvent(source, item, time)));
  return { ...none, at, outcome, report: item.report, incident, from: item.from };
}

/** Only of those that the caller may see, and only where it may run something for the team. */
async function askAutomations(event: JsonObject, caller: Caller, now: Date) {
  const { incident } = IncidentEvent.parse(event).detail;
  if (!isAllowed(caller, "execute", incident.teamId)) return [];
  const ids = await listAutomationIds(incident.teamId);
  const found = await Promise.all(ids.map((id) => getAutomation(id)));
  const visible = found.filter((one) => one !== null && isAllowed(caller, "view", one.teamId));
  return Promise.all(
    visible.flatMap((automation) =>
      automation === null
        ? []
        : [
            testAutomation(automation, event, now).then(({ matched, wouldRun, reason, message }) => ({
              incidentId: incident.id,
              automationId: automation.id,
              name: automation.name,
              matched,
              wouldRun,
              reason,
              message,
            })),
          ],
    ),
  );
}
