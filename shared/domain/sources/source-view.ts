// A source as callers see it: without its secrets.
import { MASK } from "../runbooks/webhook-auth.ts";
import type { Source, SourceView } from "./source.ts";

export function toSourceView(
  { verification, deletedAt: _deleted, ...source }: Source,
  now: Date,
): SourceView {
  const until = verification?.previous?.until ?? null;
  return {
    ...source,
    verification: verification && {
      scheme: verification.scheme,
      secret: MASK,
      previousUntil: until !== null && Date.parse(until) > now.getTime() ? until : null,
    },
    intakePath: verification === null ? null : `/intake/${source.id}`,
  };
}
