// Tests a source: what a message becomes, and what the automations would do with it. Sends and stores nothing.
import type { Caller } from "../../domain/caller.ts";
import { getReportKind, IncidentEvent, toIncident } from "../../domain/incidents/incident-event.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { isAllowed } from "../../domain/permissions.ts";
import { isTaken } from "../../domain/sources/filter.ts";
import type { Source } from "../../domain/sources/source.ts";
import type { SourceTest } from "../../domain/sources/source-test.ts";
import { type Translated, translate } from "../../domain/sources/translate.ts";
import { getAutomation, listAutomationIds } from "../../store/automations.ts";
import { testAutomation } from "../automations/test-automation.ts";
import { toKnownEvent } from "./known-incident.ts";
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
  const shown = await Promise.all(items.slice(0, MAX_SHOWN).map((item) => show(source, item, time, caller)));
  const events = filtered ? [] : shown.flatMap(({ event }) => (event === null ? [] : [event]));
  const asked = events.slice(0, MAX_ASKED);
  const automations = await Promise.all(asked.map((event) => askAutomations(event, caller, now)));
  return {
    filtered,
    items: shown.map(({ item }) => item),
    omitted,
    automations: automations.flat(),
  };
}

type Shown = { item: SourceTest["items"][number]; event: JsonObject | null };

/** What is known of an incident of a team that the caller may not see is not shown. */
async function show(source: Source, translated: Translated, time: string, caller: Caller): Promise<Shown> {
  const none = { report: null, incident: null, from: {}, reason: null, message: null, issues: [] };
  const item = { ...none, at: translated.at, outcome: translated.outcome };
  if (translated.outcome === "ignored")
    return { item: { ...item, message: translated.message }, event: null };
  if (translated.outcome === "refused") {
    const { reason, issues } = translated;
    const message = "The item cannot be read as an incident: see its issues.";
    return { item: { ...item, reason, message, issues }, event: null };
  }
  const isSeen = (teamId: string) => isAllowed(caller, "view", teamId);
  const event = await toKnownEvent(source, translated, time, isSeen);
  const read = IncidentEvent.parse(event);
  const told = { report: getReportKind(read), incident: toIncident(read), from: translated.from };
  return { item: { ...item, ...told }, event };
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
