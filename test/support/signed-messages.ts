// The headers with which systems sign their messages: by the library of Standard Webhooks, and by the documents of others.
import { createHmac, randomUUID } from "node:crypto";
import { Webhook } from "standardwebhooks";
import type { SchemeName } from "../../shared/domain/sources/schemes.ts";

type Sign = (secret: string, body: string, at: Date, id: string) => Record<string, string>;

const hmac = (secret: string, text: string) => createHmac("sha256", secret).update(text).digest("hex");
const secondsOf = (at: Date) => String(Math.floor(at.getTime() / 1000));

const SIGN: Record<SchemeName, Sign> = {
  standard_webhooks: (secret, body, at, id) => {
    const webhook = new Webhook(secret);
    return {
      "webhook-id": id,
      "webhook-timestamp": secondsOf(at),
      "webhook-signature": webhook.sign(id, at, body),
    };
  },
  // While a secret rotates, PagerDuty sends a signature of each.
  pagerduty: (secret, body) => ({
    "x-pagerduty-signature": `v1=${"0".repeat(64)},v1=${hmac(secret, body)}`,
  }),
  grafana: (secret, body, at) => ({
    "x-grafana-alerting-timestamp": secondsOf(at),
    "x-grafana-alerting-signature": hmac(secret, `${secondsOf(at)}:${body}`),
  }),
  bearer: (secret) => ({ authorization: `Bearer ${secret}` }),
  basic: (secret) => ({ authorization: `Basic ${Buffer.from(secret).toString("base64")}` }),
};

/** `id`: of the delivery, where the scheme has one. */
export const signedBy = (
  scheme: SchemeName,
  secret: string,
  body: string,
  at = new Date(),
  id = `msg_${randomUUID()}`,
) => SIGN[scheme](secret, body, at, id);
