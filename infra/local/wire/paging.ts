// Pagination like EventBridge's: Limit and NextToken in, NextToken out.
import * as z from "zod";
import { AwsError } from "../platform/errors.ts";

export const paging = {
  Limit: z.int().min(1).max(100).default(100),
  NextToken: z.string().min(1).max(2048).optional(),
};

/** The token is the last name of the page before, so that concurrent changes do not shift the pages. */
export function toPage<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  asked: { Limit: number; NextToken?: string | undefined },
): { page: T[]; NextToken?: string } {
  const after = asked.NextToken === undefined ? "" : decodeToken(asked.NextToken);
  const sorted = items.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const left = sorted.filter((item) => nameOf(item) > after);
  const page = left.slice(0, asked.Limit);
  const last = page.at(-1);
  if (last === undefined || page.length === left.length) return { page };
  return { page, NextToken: Buffer.from(`after ${nameOf(last)}`).toString("base64url") };
}

function decodeToken(token: string): string {
  const text = Buffer.from(token, "base64url").toString();
  if (!text.startsWith("after ")) throw new AwsError("ValidationException", "NextToken is not valid.");
  return text.slice("after ".length);
}
