// Promises about signatures: receivers verify them with the published library, and nothing altered passes.
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { generateSigningSecret, signatureHeaders } from "../../../shared/webhook/sign.ts";

const message = (body = '{"a":1}') => ({
  id: "execution_01h455vb4pex5vsknk084sn02q",
  timestamp: new Date(),
  body,
});

describe("a signature", () => {
  it("[B8] is the one of the specification's published example", () => {
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const example = {
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      timestamp: new Date(1614265330_000),
      body: '{"test": 2432232314}',
    };
    expect(signatureHeaders(example, [secret])).toEqual({
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
  });

  it("[B8] of any body is verified by the reference library", () => {
    const property = fc.property(fc.json(), fc.uint8Array({ minLength: 1, maxLength: 64 }), (body, key) => {
      const secret = `whsec_${Buffer.from(key).toString("base64")}`;
      const headers = signatureHeaders(message(body), [secret]);
      expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    });
    fc.assert(property, { numRuns: 200 });
  });

  it("[B8] does not hold for a body, id or time with any byte changed, nor for another secret", () => {
    const secret = generateSigningSecret(randomBytes);
    const { body, ...rest } = message('{"amount":100,"to":"ana"}');
    const headers = signatureHeaders({ ...rest, body }, [secret]);
    const verifier = new Webhook(secret);
    for (let i = 0; i < body.length; i++) {
      const flipped = body.slice(0, i) + String.fromCharCode(body.charCodeAt(i) ^ 1) + body.slice(i + 1);
      expect(() => verifier.verify(flipped, headers)).toThrow("No matching signature");
    }
    expect(() => verifier.verify(body, { ...headers, "webhook-id": "execution_other" })).toThrow();
    const later = String(Number(headers["webhook-timestamp"]) + 1);
    expect(() => verifier.verify(body, { ...headers, "webhook-timestamp": later })).toThrow();
    expect(() => new Webhook(generateSigningSecret(randomBytes)).verify(body, headers)).toThrow();
  });

  it("[B8] is too old after five minutes", () => {
    const secret = generateSigningSecret(randomBytes);
    const old = { ...message(), timestamp: new Date(Date.now() - 301_000) };
    expect(() => new Webhook(secret).verify(old.body, signatureHeaders(old, [secret]))).toThrow("too old");
  });

  it("[B8] is given for each secret, so that old and new verify during a rotation", () => {
    const secrets = [generateSigningSecret(randomBytes), generateSigningSecret(randomBytes)];
    const headers = signatureHeaders(message(), secrets);
    expect(headers["webhook-signature"].split(" ")).toHaveLength(2);
    for (const secret of secrets) new Webhook(secret).verify(message().body, headers);
  });

  it("is never made with an empty secret", () => {
    expect(() => signatureHeaders(message(), ["whsec_"])).toThrow();
  });

  it("a new secret is whsec_ and 32 bytes of the random source in base64", () => {
    expect(generateSigningSecret((size) => new Uint8Array(size).fill(7))).toBe(
      `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
    );
  });
});
