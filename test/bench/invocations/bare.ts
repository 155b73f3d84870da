// The bare handler of an invocation: reads the event, makes the same calls with the same clients, and answers the same.
import { request } from "node:http";
import type { ReceivedRequest } from "../../../infra/local/demo/receiver.ts";
import type { Call, Recording } from "./recorder.ts";

type Command = new (input: unknown) => object;

/** Calls that were under way together go out together again. */
function wavesOf(calls: readonly Call[]): Call[][] {
  const waves: Call[][] = [];
  let firstEnd = Number.NEGATIVE_INFINITY;
  for (const call of calls.toSorted((a, b) => a.began - b.began)) {
    const wave = waves.at(-1);
    if (wave && call.began < firstEnd) wave.push(call);
    else {
      waves.push([call]);
      firstEnd = Number.POSITIVE_INFINITY;
    }
    firstEnd = Math.min(firstEnd, call.ended);
  }
  return waves;
}

/** `webhook`: the request that the invocation sent to a receiver on `port`; null: none. It goes out last. */
export function bareHandler({ calls, answer }: Recording, webhook: ReceivedRequest | null, port: number) {
  const waves = wavesOf(calls).map((wave) =>
    wave.map(({ client, command, input, refused }) => {
      const Command = command.constructor as Command;
      const send = () => client.send(new Command(input));
      // A start that lost against a change is refused here as it was there.
      return refused ? () => send().catch(() => undefined) : send;
    }),
  );
  const parsed = parseAnswer(answer);
  return async (event: unknown): Promise<unknown> => {
    const { body } = Object(event) as { body?: string };
    if (typeof body === "string") JSON.parse(body);
    for (const wave of waves) {
      await Promise.all(wave.map((send) => send()));
    }
    if (webhook) await sendWebhook(webhook, port);
    return parsed === null ? answer : { ...Object(answer), body: JSON.stringify(parsed) };
  };
}

/** Only the API answers with a body. */
function parseAnswer(answer: unknown): unknown {
  const { body } = Object(answer) as { body?: string };
  return typeof body === "string" && body !== "" ? JSON.parse(body) : null;
}

function sendWebhook({ method, path, headers, body }: ReceivedRequest, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // As deliveries do: a connection of its own.
  const call = request({ host: "127.0.0.1", port, method, path, headers, agent: false }, (response) => {
    response.resume().once("end", () => resolve());
  });
  call.once("error", reject).end(body);
  return promise;
}
