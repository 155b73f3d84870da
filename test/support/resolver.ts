// A resolver that answers from a list, and counts how often it is asked.
import type { Resolve } from "../../shared/webhook/egress/connector.ts";

type StubResolver = Resolve & { asked: string[] };

/** Each query gets the next answer; the last answer repeats. */
export function resolverOf(...answers: (readonly string[])[]): StubResolver {
  const asked: string[] = [];
  const resolve: Resolve = async (hostname) => {
    asked.push(hostname);
    return answers[Math.min(asked.length, answers.length) - 1] ?? [];
  };
  return Object.assign(resolve, { asked });
}

/** One that never answers. */
export const silentResolver: Resolve = () => new Promise(() => {});
