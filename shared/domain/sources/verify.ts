// Verifies messages over HTTP as each system signs them, over the bytes as they came. Pure but for the clock that it is given.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { SchemeName } from "./schemes.ts";

type Headers = Readonly<Record<string, string | undefined>>;
export type SignedMessage = { headers: Headers; body: Buffer; now: Date };

/** How far a signed time may be from now, in seconds. It is the tolerance that Standard Webhooks recommends. */
const TOLERANCE_SECONDS = 300;
/** Signatures of one header that are compared. Systems send two while a secret rotates. */
const MAX_SIGNATURES = 5;

type Verify = (secret: string, message: SignedMessage) => boolean;

const VERIFIERS: Record<SchemeName, Verify> = {
  standard_webhooks: (secret, { headers, body, now }) => {
    const { "webhook-id": id = "", "webhook-timestamp": time = "", "webhook-signature": sent = "" } = headers;
    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    const signature = createHmac("sha256", key).update(`${id}.${time}.`).update(body).digest("base64");
    return isRecent(time, now) && id !== "" && includes(sent.split(" "), `v1,${signature}`);
  },
  pagerduty: (secret, { headers, body }) => {
    const signature = createHmac("sha256", secret).update(body).digest("hex");
    return includes((headers["x-pagerduty-signature"] ?? "").split(","), `v1=${signature}`);
  },
  grafana: (secret, { headers, body, now }) => {
    const time = headers["x-grafana-alerting-timestamp"] ?? "";
    const signature = createHmac("sha256", secret).update(`${time}:`).update(body).digest("hex");
    return isRecent(time, now) && includes([headers["x-grafana-alerting-signature"] ?? ""], signature);
  },
  bearer: (secret, { headers }) => includes([credentials(headers, "bearer")], secret),
  basic: (secret, { headers }) =>
    includes([Buffer.from(credentials(headers, "basic"), "base64").toString("utf8")], secret),
};

export function isSignedWith(scheme: SchemeName, secret: string, message: SignedMessage): boolean {
  return VERIFIERS[scheme](secret, message);
}

function isRecent(time: string, now: Date): boolean {
  if (!/^\d{9,12}$/.test(time)) return false;
  return Math.abs(now.getTime() / 1000 - Number(time)) <= TOLERANCE_SECONDS;
}

function credentials({ authorization = "" }: Headers, scheme: "bearer" | "basic"): string {
  const [, name = "", value = ""] = /^(\S+) +(\S+) *$/.exec(authorization) ?? [];
  return name.toLowerCase() === scheme ? value : "";
}

/** Compares digests, so that neither a length nor a common beginning shows in the time it takes. */
function includes(sent: readonly string[], expected: string): boolean {
  const wanted = digest(expected);
  return sent.slice(0, MAX_SIGNATURES).some((one) => timingSafeEqual(digest(one.trim()), wanted));
}

const digest = (text: string) => createHash("sha256").update(text, "utf8").digest();
