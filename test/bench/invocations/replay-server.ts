// A child process that answers as AWS did when an invocation was recorded; for all else it is the receiver of webhooks.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { type Exchange, targetOf } from "./recorder.ts";

let exchanges: readonly Exchange[] = [];
/** Operation → how often it was asked for something that was not recorded to the letter. */
let asked = new Map<string, number>();

/** Reads ask for the same bytes each time. Writes carry new ids and times: they are answered in the order of the record. */
function answerOf(target: string, request: string): Exchange | undefined {
  const same = exchanges.find((each) => each.target === target && each.request === request);
  if (same) return same;
  const ofTarget = exchanges.filter((each) => each.target === target);
  const count = asked.get(target) ?? 0;
  asked.set(target, count + 1);
  return ofTarget[count % ofTarget.length];
}

const server = createServer(async (request, response) => {
  const body = await text(request);
  const { headers, url = "" } = request;
  if (!headers["authorization"]?.startsWith("AWS4")) {
    response.writeHead(200, { "content-type": "application/json" }).end('{"restarted":true}');
    return;
  }
  const answer = answerOf(targetOf(headers, url), body);
  // No client tries this again.
  if (answer === undefined) response.writeHead(400).end();
  else response.writeHead(answer.status, { "content-type": answer.type }).end(answer.body);
});

process.on("message", (loaded: readonly Exchange[]) => {
  [exchanges, asked] = [loaded, new Map()];
  process.send?.("loaded");
});
server.listen(Number(process.argv[2]), "127.0.0.1", () => process.send?.("listening"));
