// Reads single fields of a message, and collects where they were and what is wrong with them. Pure.
import type { Issue } from "../errors.ts";
import { readText, readTime, TIME_WANTED } from "../incidents/small-forms.ts";
import type { Place } from "./kind.ts";
import { findValue, type Part, pointersOf } from "./places.ts";

/** Reads fields of one part, and collects where they were and what is wrong with them. */
export class FieldReader {
  readonly from: Record<string, string> = {};
  readonly issues: Issue[] = [];
  /** Fields whose value only stands in for one that the message does not tell. */
  readonly guessed = new Set<string>();
  unknownTeamAt: string | null = null;
  private readonly part: Part;

  constructor(part: Part) {
    this.part = part;
  }

  /** Returns null for an absent value, and for one that is wrong. */
  text(field: string, place: Place | undefined): string | null {
    return this.read(field, place, readText, "must be text, a number, true or false");
  }

  time(field: string, place: Place | undefined): string | null {
    return this.read(field, place, readTime, TIME_WANTED, isNotYet);
  }

  requireText(field: string, place: Place): string | null {
    return this.require(place, () => this.text(field, place));
  }

  requireTime(field: string, place: Place): string | null {
    return this.require(place, () => this.time(field, place));
  }

  refuseTeam(): void {
    const pointer = this.from["teamId"] ?? "";
    this.unknownTeamAt = pointer;
    this.issues.push({ pointer, message: "is no team of this source's map", code: "invalid_value" });
  }

  private require(place: Place, read: () => string | null): string | null {
    const before = this.issues.length;
    const value = read();
    if (value === null && this.issues.length === before) {
      const [pointer = "", ...others] = pointersOf(this.part, place);
      const or = others.length > 0 ? `, here or at ${others.join(" or ")}` : "";
      this.issues.push({ pointer, message: `is required${or}`, code: "required" });
    }
    return value;
  }

  private read(
    field: string,
    place: Place | undefined,
    parse: (value: unknown) => string | null,
    wanted: string,
    isAbsent: (value: unknown) => boolean = () => false,
  ): string | null {
    const found = place && findValue(this.part, place);
    if (!found || isAbsent(found.value)) return null;
    const value = parse(found.value);
    if (value === null) this.issues.push({ pointer: found.at ?? "", message: wanted, code: "wrong_type" });
    if (found.at !== null) this.from[field] = found.at;
    if (found.isGuess) this.guessed.add(field);
    return value;
  }
}

/** Go's zero time: how Alertmanager and Grafana write that something has not happened. */
const isNotYet = (value: unknown) => typeof value === "string" && value.startsWith("0001-01-01T");
