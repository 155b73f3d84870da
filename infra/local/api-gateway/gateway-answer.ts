// Sends a handler's response as API Gateway does, and the gateway's own errors as application/problem+json.
import type { ServerResponse } from "node:http";
import * as z from "zod";
import { formatGatewayProblem, GATEWAY_PROBLEMS } from "../../../shared/contract/gateway-problems.ts";

const Answer = z.object({
  statusCode: z.int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  body: z.string().default(""),
  cookies: z.array(z.string()).default([]),
  isBase64Encoded: z.boolean().default(false),
});

/** A response without a status code becomes the JSON body of a 200. */
export function sendAnswer(response: ServerResponse, requestId: string, result: unknown): void {
  const answer = hasStatusCode(result) ? Answer.parse(result) : Answer.parse(inferAnswer(result));
  const body = Buffer.from(answer.body, answer.isBase64Encoded ? "base64" : "utf8");
  const typed = Object.keys(answer.headers).some((name) => name.toLowerCase() === "content-type");
  if (!typed && body.length > 0) response.setHeader("content-type", "text/plain;charset=UTF-8");
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, String(value));
  if (answer.cookies.length > 0) response.setHeader("set-cookie", answer.cookies);
  response.setHeader("apigw-requestid", requestId);
  response.writeHead(answer.statusCode).end(body);
}

const hasStatusCode = (result: unknown) =>
  typeof result === "object" && result !== null && "statusCode" in result;

function inferAnswer(result: unknown) {
  const headers = { "content-type": "application/json" };
  return { statusCode: 200, headers, body: typeof result === "string" ? result : JSON.stringify(result) };
}

/** What the local gateway alone answers. */
const OWN_PROBLEMS = {
  not_local: {
    code: "not_permitted",
    detail:
      "The local stack answers to loopback names with its own port only: use the address of its ready line.",
  },
  overloaded: {
    code: "unavailable",
    detail:
      "More is under way than can end in time. Nothing was done: send the same request again after Retry-After.",
    headers: { "retry-after": "5" },
  },
} as const;
const PROBLEMS = { ...GATEWAY_PROBLEMS, ...OWN_PROBLEMS };

export function sendProblem(response: ServerResponse, requestId: string, name: keyof typeof PROBLEMS): void {
  const { status, headers, document } = formatGatewayProblem(PROBLEMS[name], requestId);
  sendAnswer(response, requestId, { statusCode: status, headers, body: JSON.stringify(document) });
}
