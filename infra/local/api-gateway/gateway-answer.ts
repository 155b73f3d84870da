// Sends a handler's response as API Gateway does, and the gateway's own errors as application/problem+json.
import type { ServerResponse } from "node:http";
import * as z from "zod";
import { problemType } from "../../../shared/contract/route.ts";

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

type ProblemName =
  | "unauthenticated"
  | "not_permitted"
  | "not_found"
  | "payload_too_large"
  | "unavailable"
  | "overloaded";
type Problem = {
  code?: string;
  status: number;
  title: string;
  detail: string;
  headers?: Readonly<Record<string, string>>;
};

/** The gateway's own errors, in the format of the API's errors. `code` differs from the name where two share one. */
const PROBLEMS: Readonly<Record<ProblemName, Problem>> = {
  unauthenticated: {
    status: 401,
    title: "A valid token is needed",
    detail: "Send a token of the issuer as `Authorization: Bearer …`; it may have expired.",
    headers: { "www-authenticate": "Bearer" },
  },
  not_permitted: {
    status: 403,
    title: "Not permitted",
    detail:
      "The local stack answers to loopback names with its own port only: use the address of its ready line.",
  },
  not_found: { status: 404, title: "Not found", detail: "There is no such route." },
  payload_too_large: {
    status: 413,
    title: "The request body is too large",
    detail: "A request may have 10 MB at most.",
  },
  unavailable: {
    status: 504,
    title: "Temporarily unavailable",
    detail: "The function did not answer in time.",
  },
  overloaded: {
    code: "unavailable",
    status: 503,
    title: "Temporarily unavailable",
    detail:
      "More is under way than can end in time. Nothing was done: send the same request again after Retry-After.",
    headers: { "retry-after": "5" },
  },
};

export function sendProblem(response: ServerResponse, requestId: string, name: ProblemName): void {
  const { code = name, status, title, detail, headers } = PROBLEMS[name];
  sendAnswer(response, requestId, {
    statusCode: status,
    headers: { "content-type": "application/problem+json", ...headers },
    body: JSON.stringify({ type: problemType(code), title, status, detail, code, requestId }),
  });
}
