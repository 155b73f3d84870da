// Takes a person out of stored data: the subject becomes a mark that still tells people apart, and names go. Pure.
import { markText } from "./erasure.ts";

/** `names`: what the person was called where the subject stands. */
export type Person = { subject: string; mark: string; names: ReadonlySet<string> };

/** Members that say who did something. Beside each may stand the name, as in `executedBy` and `executedByName`. */
const WHO = /^(actor|authors|by|\w+By)$/;
const NAME = /^(.*)Name$/;

/** Members with words about what somebody did. The service's own messages name people: “paused by Ana”. */
const WORDS: ReadonlySet<string> = new Set(["message", "reason", "note", "changeNote"]);

/** The schemas of these members take as many characters. */
const MAX_WORDS = 500;

type Members = Record<string, unknown>;
const isMembers = (value: unknown): value is Members =>
  typeof value === "object" &&
  value !== null &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value));

/** Returns the data without the person. What is neither JSON nor about people stays the same object. */
export function erasePerson<T>(value: T, person: Person): T {
  return eraseMember(value, "", person) as T;
}

function eraseMember(value: unknown, key: string, person: Person): unknown {
  if (typeof value === "string") return eraseText(value, key, person);
  if (Array.isArray(value)) return value.map((one) => eraseMember(one, key, person));
  if (!isMembers(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      isNameOf(value, name, person.subject) ? null : eraseMember(one, name, person),
    ]),
  );
}

function eraseText(text: string, key: string, { subject, mark, names }: Person): string {
  if (WHO.test(key)) return text === subject ? mark : text;
  if (!WORDS.has(key)) return text;
  const erased = [subject, ...names].reduce((left, word) => left.replaceAll(wholeWord(word), mark), text);
  return erased.length <= Math.max(text.length, MAX_WORDS) ? erased : markText(text, mark);
}

function isNameOf(members: Members, name: string, subject: string): boolean {
  const who = NAME.exec(name)?.[1] ?? "";
  return WHO.test(who) && members[who] === subject;
}

const wholeWord = (word: string) =>
  new RegExp(
    `(?<![\\p{L}\\p{N}_@.-])${word.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")}(?![\\p{L}\\p{N}_@-])`,
    "gu",
  );

/** Adds what the person is called in this data. */
export function collectNames(value: unknown, subject: string, names: Set<string>): void {
  if (Array.isArray(value)) for (const one of value) collectNames(one, subject, names);
  if (!isMembers(value)) return;
  for (const [name, one] of Object.entries(value)) {
    if (typeof one === "string" && isNameOf(value, name, subject)) names.add(one);
    else collectNames(one, subject, names);
  }
}

/** Whether the text mentions the person, by subject or name, anywhere. */
export const mentions = (text: string, { subject, names }: Pick<Person, "subject" | "names">) =>
  [subject, ...names].some((word) => wholeWord(word).test(text));
