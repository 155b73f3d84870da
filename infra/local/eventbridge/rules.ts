// Rules of the buses: the contract's fixed rules, and rules from PutRule, which are stored in the state.
import * as z from "zod";
import { type EventPattern, matchesEventPattern } from "../../../shared/domain/event-pattern/match.ts";
import type { JsonObject } from "../../../shared/domain/json.ts";
import type { State } from "../platform/state.ts";
import type { RuleData } from "../sqs/queue-names.ts";

/** Target id → queue name. */
type Targets = Readonly<Record<string, string>>;
export type Rule = {
  bus: string;
  name: string;
  /** The text from PutRule, unchanged. */
  patternText: string;
  enabled: boolean;
  description: string | null;
  targets: Targets;
  ofContract: boolean;
};

const Row = z.object({
  bus: z.string(),
  name: z.string(),
  patternText: z.string(),
  enabled: z.literal([0, 1]).transform((flag) => flag === 1),
  description: z.string().nullable(),
  targets: z
    .string()
    .transform((text) => JSON.parse(text))
    .pipe(z.record(z.string(), z.string())),
});

export type Rules = ReturnType<typeof openRules>;

/** `put` returns after the rule is written to the file. */
export function openRules(state: State, contract: Readonly<Record<string, RuleData>>) {
  state.exec(`CREATE TABLE IF NOT EXISTS rules (bus TEXT NOT NULL, name TEXT NOT NULL, patternText TEXT NOT NULL,
    enabled INTEGER NOT NULL, description TEXT, targets TEXT NOT NULL, PRIMARY KEY (bus, name)) WITHOUT ROWID;`);
  const replace = state.prepare("INSERT OR REPLACE INTO rules VALUES (?, ?, ?, ?, ?, ?)");
  const erase = state.prepare("DELETE FROM rules WHERE bus = ? AND name = ?");
  const known = new Map<string, { rule: Rule; pattern: EventPattern }>();
  const register = (rule: Rule) =>
    void known.set(keyOf(rule.bus, rule.name), { rule, pattern: JSON.parse(rule.patternText) });

  for (const row of state.prepare("SELECT * FROM rules").all())
    register({ ...Row.parse(row), ofContract: false });
  for (const [name, data] of Object.entries(contract)) {
    register(contractRule(name, data));
    const { partnerPattern: pattern } = data;
    if (pattern) register(contractRule(name, { ...data, bus: PARTNERS, pattern }));
  }

  return {
    find: (bus: string, name: string): Rule | undefined => known.get(keyOf(bus, name))?.rule,
    ofBus: (bus: string): Rule[] =>
      [...known.values()].map(({ rule }) => rule).filter((rule) => rule.bus === bus),
    put(rule: Rule): void {
      const { bus, name, patternText, enabled, description, targets } = rule;
      replace.run(bus, name, patternText, Number(enabled), description, JSON.stringify(targets));
      register(rule);
    },
    remove(bus: string, name: string): void {
      erase.run(bus, name);
      known.delete(keyOf(bus, name));
    },
    /** Returns the target queues of all matching rules, one for each message to send. */
    queuesFor(bus: string, event: JsonObject): string[] {
      return [...known.values()]
        .filter(
          ({ rule, pattern }) => rule.bus === bus && rule.enabled && matchesEventPattern(pattern, event),
        )
        .flatMap(({ rule }) => Object.values(rule.targets));
    },
  };
}

/** Stands for every event bus of a partner: a deployment names its own. */
export const PARTNERS = "aws.partner";

const keyOf = (bus: string, name: string) => `${bus}/${name}`;

/** A contract rule's queue has the rule's name. */
function contractRule(name: string, { bus, pattern }: RuleData): Rule {
  const patternText = JSON.stringify(pattern);
  return {
    bus,
    name,
    patternText,
    enabled: true,
    description: null,
    targets: { [name]: name },
    ofContract: true,
  };
}
