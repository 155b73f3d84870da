// The approval of runbooks, as small as possible: votes of other people than the authors, two of them for high risk.

type ModelVersion = {
  definition: number /** Nobody else has reviewed what they wrote. */;
  authors: readonly string[];
};
export type ModelRunbook = {
  status: "DRAFT" | "APPROVED" | "DEPRECATED";
  versions: ModelVersion[];
  /** The version that runs, and the oldest one whose runs may begin; null: none. */
  live: number | null;
  oldestLive: number | null;
  lastApproved: number | null;
  /** When the approval of `live` expires, how many renew it, and who does; null: it never expires. */
  term: { expires: number; needed: number; votes: string[] } | null;
  /** Definitions that were approved. */ reviewed: Set<number>;
  /** Who has approved the current definition. */ votes: string[];
  /** What was asked for last; null: nothing was. */ asked: Asked | null;
  deleted: boolean;
  started: number;
};
/** `at`: in the order of all requests for a review. */
type Asked = { what: "review" | "changes"; risk: Risk; at: number };

/** Definitions whose number is divisible by three allow one run at a time, and let others wait. */
export const isLimited = (definition: number) => definition % 3 === 0;
/** Definitions that stay live while a draft stands beside them. */
export const isKeptLive = (definition: number) => definition % 4 >= 2;
/** Definitions that call another receiver. */
export const isElsewhere = (definition: number) => definition % 6 === 5;

/** Definitions whose approval expires. */
export const isExpiring = (definition: number) => [2, 5, 6, 7].includes(definition);
/** Seconds that such an approval holds: a binary fraction of a day. It can be renewed in the second half. */
export const TERM = 168.75;

/** From the least. */
const RISKS = ["low", "medium", "high"] as const;
type Risk = (typeof RISKS)[number];

/** High: all of it is new, it goes elsewhere, or an edit does something else to it. Medium: another limit. Low: words. */
function assess({ versions, lastApproved }: ModelRunbook): Risk {
  if (lastApproved === null) return "high";
  const [before, after] = [versions[lastApproved - 1], versions.at(-1)].map((v) => v?.definition ?? 0);
  const differs = (is: (definition: number) => boolean) => is(before ?? 0) !== is(after ?? 0);
  if (differs(isKeptLive) || differs(isElsewhere)) return "high";
  return differs(isLimited) ? "medium" : "low";
}

export const createModel = (definition: number, author: string): ModelRunbook => ({
  ...{ status: "DRAFT", live: null, oldestLive: null, lastApproved: null, deleted: false, started: 0 },
  term: null,
  ...{ versions: [{ definition, authors: [author] }], reviewed: new Set(), votes: [], asked: null },
});

/** Nothing runs any more. */
export function stop(book: ModelRunbook): void {
  book.live = book.oldestLive = book.term = null;
}

const FROM = {
  update: ["DRAFT", "APPROVED"],
  approve: ["DRAFT"],
  deprecate: ["APPROVED"],
  rollback: ["DRAFT", "APPROVED", "DEPRECATED"],
  withdraw: ["DRAFT", "APPROVED"],
  "request-review": ["DRAFT"],
  "request-changes": ["DRAFT"],
} as const satisfies Record<string, ModelRunbook["status"][]>;
export type RunbookAct = keyof typeof FROM;
export const RUNBOOK_ACTS = Object.keys(FROM) as RunbookAct[];

/** `version`: the one that is meant. `now`: counts what is asked for. */
type Change = { definition: number; version: number; by: string; now: number };

/** Every refusal by its code; null is done. */
export function change(book: ModelRunbook, act: RunbookAct, asked: Change): string | null {
  if (book.deleted) return "not_found";
  if (act === "approve" && isAboutRenewal(book, asked)) return renew(book, asked);
  if (!FROM[act].some((status) => status === book.status)) return "invalid_transition";
  if (act === "request-review" || act === "request-changes") return request(book, act, asked);
  if (act === "approve") return vote(book, asked);
  const { definition: current = 0, authors = [] } = book.versions.at(-1) ?? {};
  if (act === "update" && asked.definition === current) return null;
  if (act === "withdraw" && book.live === null) return "invalid_transition";
  const live = book.versions[(book.live ?? 0) - 1]?.definition ?? 0;
  const unreviewed = book.status === "DRAFT" ? authors : [];
  if (act === "deprecate" || act === "withdraw" || !isKeptLive(live)) stop(book);
  if (act === "deprecate") return next(book, "DEPRECATED", { definition: current, authors });
  book.votes = [];
  if (act === "withdraw") return next(book, "DRAFT", { definition: current, authors: unreviewed });
  const to = act === "rollback" ? book.versions[asked.version - 1] : undefined;
  const definition = act === "update" ? asked.definition : (to?.definition ?? current);
  const all = [...new Set([...unreviewed, ...(to?.authors ?? []), asked.by])];
  return next(book, "DRAFT", { definition, authors: book.reviewed.has(definition) ? [] : all });
}

/** A vote is for one version, and each person has one. The last one that is needed makes the approved version. */
function vote(book: ModelRunbook, { version, by, now }: Change): string | null {
  const { definition = 0, authors = [] } = book.versions.at(-1) ?? {};
  if (version !== book.versions.length) return "version_conflict";
  if (authors.includes(by)) return "not_permitted";
  if (book.votes.includes(by)) return "invalid_transition";
  book.votes.push(by);
  const needed = assess(book) === "high" ? 2 : 1;
  if (book.votes.length < needed) return null;
  next(book, "APPROVED", { definition, authors });
  book.live = book.lastApproved = book.versions.length;
  book.oldestLive ??= book.live;
  book.reviewed.add(definition);
  book.term = isExpiring(definition) ? { expires: now + TERM, needed, votes: [] } : null;
  return null;
}

const isRenewable = ({ term }: ModelRunbook, now: number) => term !== null && now >= term.expires - TERM / 2;

/** It names the live version, which is current, or whose time has come beside a draft. */
export function isAboutRenewal(
  book: ModelRunbook,
  { version, now }: Pick<Change, "version" | "now">,
): boolean {
  if (version !== book.live || book.term === null) return false;
  return book.status === "APPROVED" || isRenewable(book, now);
}

/** A vote for what is live: it makes no version, and leaves a draft beside it as it is. */
function renew(book: ModelRunbook, { by, now }: Change): string | null {
  const { term } = book;
  if (!term || !isRenewable(book, now)) return "invalid_transition";
  if (book.versions[(book.live ?? 0) - 1]?.authors.includes(by)) return "not_permitted";
  if (term.votes.includes(by)) return "invalid_transition";
  term.votes.push(by);
  if (term.votes.length < term.needed) return null;
  book.term = { ...term, expires: now + TERM, votes: [] };
  return null;
}

export const hasExpired = (book: ModelRunbook | undefined, at: number): boolean =>
  !!book?.term && at >= book.term.expires;

/** Votes stay, whatever is asked for. */
function request(book: ModelRunbook, act: "request-review" | "request-changes", { version, now }: Change) {
  if (version !== book.versions.length) return "version_conflict";
  const what = act === "request-review" ? "review" : "changes";
  book.asked = { what, risk: assess(book), at: now };
  return null;
}

function next(book: ModelRunbook, status: ModelRunbook["status"], version: ModelVersion): null {
  book.versions.push(version);
  book.status = status;
  book.asked = null;
  return null;
}

/** The places of the runbooks that wait for a review: the highest risk first, then the oldest request. */
export function listAwaiting(books: readonly ModelRunbook[]): number[] {
  return books
    .map(({ asked, deleted }, place) => ({ asked: deleted ? null : asked, place }))
    .filter(({ asked }) => asked?.what === "review")
    .sort((a, b) => {
      const [first, second] = [a.asked, b.asked];
      const byRisk = RISKS.indexOf(second?.risk ?? "low") - RISKS.indexOf(first?.risk ?? "low");
      return byRisk === 0 ? (first?.at ?? 0) - (second?.at ?? 0) : byRisk;
    })
    .map(({ place }) => place);
}
