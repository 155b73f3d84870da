// What an automation has fired for within a backtest: episodes and cooldowns, as its claims would hold them.
import type { Automation } from "../../domain/automations/automation.ts";
import type { Skip } from "../../domain/automations/automation-decision.ts";
import { findCooling } from "../../domain/automations/cooldown.ts";
import type { Report } from "../../domain/automations/timeliness.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import type { JsonObject } from "../../domain/json.ts";
import { renderEventTemplate } from "./automation-parameters.ts";

type Found = { skip: Skip | null; fire: () => void };

export class FiringHistory {
  private readonly firedEpisodes = new Set<string>();
  private readonly lastFirings = new Map<string, string>();

  /** Returns why the automation would not fire at the event's time, and notes with `fire` that it does. */
  find(automation: Automation, { event, time, incident }: Report, episodeNumber: number): Found {
    const episode = JSON.stringify([incident.id, episodeNumber]);
    const key = this.cooldownKey(automation, incident, event);
    return {
      skip: this.findSkip(automation, { episode, key, at: new Date(time) }),
      fire: () => {
        this.firedEpisodes.add(episode);
        this.lastFirings.set(key, time);
      },
    };
  }

  private cooldownKey({ cooldown }: Automation, incident: Incident, raw: JsonObject): string {
    return cooldown?.key ? JSON.stringify(renderEventTemplate(cooldown.key, raw, incident)) : "";
  }

  private findSkip(
    { oncePerIncident, cooldown }: Automation,
    { episode, key, at }: { episode: string; key: string; at: Date },
  ): Skip | null {
    if (oncePerIncident && this.firedEpisodes.has(episode)) {
      const message = "It would have fired for this episode of the incident already.";
      return { reason: "already_fired", message };
    }
    const firedAt = this.lastFirings.get(key);
    if (!cooldown || firedAt === undefined) return null;
    // How long the execution would have been active is not known.
    const isCooling = findCooling(cooldown, { firedAt, run: { completedAt: firedAt } }, at) !== null;
    return isCooling ? { reason: "cooldown", message: "It would still have been in its cooldown." } : null;
  }
}
