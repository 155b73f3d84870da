// Promises about echoed secrets: found in every spelling, wherever they lie, also across a cut.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { captureAnswer, STORED_BODY_BYTES } from "../../../shared/webhook/capture-answer.ts";
import type { ReceivedAnswer } from "../../../shared/webhook/egress/exchange.ts";
import { maskSecrets } from "../../../shared/webhook/mask.ts";

const ENCODINGS: Record<string, (secret: string) => string> = {
  raw: (s) => s,
  json: (s) => JSON.stringify(s).slice(1, -1),
  "json, all escaped": (s) =>
    Array.from({ length: s.length }, (_, i) => `\\u${s.charCodeAt(i).toString(16).padStart(4, "0")}`).join(
      "",
    ),
  "json with escaped slashes": (s) => JSON.stringify(s).slice(1, -1).replaceAll("/", "\\/"),
  url: encodeURIComponent,
  "url in lower case": (s) => encodeURIComponent(s).replace(/%../g, (hex) => hex.toLowerCase()),
  "url, all escaped": (s) => [...Buffer.from(s)].map((b) => `%${b.toString(16).padStart(2, "0")}`).join(""),
  form: (s) => new URLSearchParams({ "": s }).toString().slice(1),
  base64: (s) => Buffer.from(s).toString("base64"),
  base64url: (s) => Buffer.from(s).toString("base64url"),
  hex: (s) => Buffer.from(s).toString("hex"),
  "hex in upper case": (s) => Buffer.from(s).toString("hex").toUpperCase(),
  html: (s) => s.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`),
  "base64 in lines": (s) =>
    Buffer.from(s)
      .toString("base64")
      .replace(/.{8}(?=.)/g, "$&\r\n "),
};
/** What a receiver that logs a log, or forwards a form in JSON, sends back. */
const TWICE = Object.keys(ENCODINGS).flatMap((inner) =>
  Object.keys(ENCODINGS).map((outer) => [inner, outer] as const),
);

const secrets = fc.oneof(
  fc.string({ minLength: 12, maxLength: 60, unit: "grapheme-ascii" }),
  fc.string({ minLength: 12, maxLength: 40, unit: "grapheme" }),
  fc.base64String({ minLength: 12, maxLength: 64 }),
);
const encodings = fc.constantFrom(...Object.keys(ENCODINGS));
const encode = (name: string, secret: string) => ENCODINGS[name]?.(secret) ?? "";

const received = (body: Uint8Array, complete = true): ReceivedAnswer => ({
  statusCode: 200,
  headers: {},
  body,
  complete,
  bytes: complete ? body.length : null,
  sha256: complete ? "0".repeat(64) : null,
});

describe("masking", () => {
  it.each(Object.keys(ENCODINGS))("[F7] finds a secret that comes back as %s", (name) => {
    const secret = 'p@ss/w+rd "é" <&> 100%';
    const text = `before ${encode(name, secret)} after`;
    const masked = maskSecrets(text, [secret]);
    expect(masked).toMatch(/^before \*{8}.* after$/);
    expect(masked).not.toContain(encode(name, secret).slice(3, -4));
  });

  it("[F7] finds any secret in any spelling", () => {
    const property = fc.property(secrets, encodings, (secret, name) => {
      const text = `[${encode(name, secret)}]`;
      const masked = maskSecrets(text, [secret]);
      expect(masked).not.toBe(text);
      expect(masked).not.toContain(encode(name, secret));
    });
    fc.assert(property, { numRuns: 800 });
  });

  it.each(TWICE)("[F7] finds a secret that comes back as %s within %s", (inner, outer) => {
    const secret = 'p@ss/w+rd "\u00e9" <&> 100% of-it';
    const text = `before ${encode(outer, encode(inner, secret))} after`;
    const masked = maskSecrets(text, [secret]);
    expect(masked).toMatch(/^before .{0,4}\*{8}.{0,24} after$/s);
    expect(encode(outer, encode(inner, secret))).toContain(/\*{8}(.*) after$/s.exec(masked)?.[1]);
  });

  it.each(["wxyz", "12345"])(
    "[F7] hides %s, made of a secret, where it stands alone, and no word that holds it",
    (made) => {
      expect(maskSecrets(`{"a":"${made}","b":"x${made}","c":"${made}1"}`, [made])).toBe(
        `{"a":"********","b":"x${made}","c":"${made}1"}`,
      );
    },
  );

  it("[F7] finds a secret within longer base64, at each of the three ways to fall into it", () => {
    const secret = "correct-horse-battery";
    for (const before of ["", "a", "ab", "user:"]) {
      for (const encoding of ["base64", "base64url"] as const) {
        for (const beside of ["", "v", "v1", "v1-"]) {
          const echoed = `${beside}${Buffer.from(`${before}${secret} and more`).toString(encoding)}`;
          const masked = maskSecrets(echoed, [secret]);
          expect(masked, echoed).toContain("********");
          expect(masked).not.toContain(Buffer.from(secret).toString("base64").slice(4, 12));
        }
      }
    }
  });

  it("[F7] masks all secrets, all times, the longer one first", () => {
    expect(maskSecrets("a secret-one b secret-one-two c secret-one", ["secret-one", "secret-one-two"])).toBe(
      "a ******** b ******** c ********",
    );
  });

  it.each(["a", "/", "é"])(
    "[F7] finds a long secret that repeats %s, in a text that repeats it too",
    (character) => {
      const secret = `${character.repeat(4000)}b`;
      for (const text of [`${character.repeat(9000)}b`, `x${encodeURIComponent(secret)}`]) {
        expect(maskSecrets(text, [secret])).toMatch(/[a/éx]\*{8}$/);
      }
      const cut = received(Buffer.from(character.repeat(32_000)), false);
      expect(captureAnswer(cut, [secret]).responseTruncated).toBe(true);
    },
  );

  it("[F7] leaves text without secrets as it is, and ignores secrets too short to be found", () => {
    const property = fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(maskSecrets(text, ["Zq8!xvT2-never-there"])).toBe(text);
      expect(maskSecrets(text, ["", "a", "123"])).toBe(text);
    });
    fc.assert(property);
  });
});

describe("a stored answer", () => {
  it("[C5][F7] has its secrets masked before it is cut: nothing of one is left wherever it lies", () => {
    const position = fc.integer({ min: STORED_BODY_BYTES - 400, max: STORED_BODY_BYTES + 50 });
    const property = fc.property(secrets, encodings, position, (secret, name, at) => {
      const echoed = encode(name, secret);
      const body = `${".".repeat(at)}${echoed}${".".repeat(STORED_BODY_BYTES)}`;
      const { responseBody, responseTruncated } = captureAnswer(received(Buffer.from(body)), [secret]);
      expect(responseTruncated).toBe(true);
      expect(Buffer.byteLength(responseBody)).toBeLessThanOrEqual(STORED_BODY_BYTES);
      expect(responseBody.replaceAll("*", "").replace(/^\.+|\.+$/g, "").length).toBeLessThanOrEqual(4);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("[F7] shows no beginning of a secret that the connection or the cap cut", () => {
    const secret = "s3cr3t-t0k3n-value";
    const encoded = fc.constantFrom(...Object.values(ENCODINGS).map((f) => f(secret)));
    const property = fc.property(encoded, fc.integer({ min: 1, max: 100 }), (echoed, length) => {
      const cut = echoed.slice(0, Math.min(length, echoed.length - 1));
      const { responseBody } = captureAnswer(received(Buffer.from(`body: ${cut}`), false), [secret]);
      expect(responseBody.replace("body: ", "").replaceAll("*", "").length).toBeLessThan(24);
      expect(responseBody).not.toContain(secret.slice(0, 5));
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("[F7] is masked in bytes that are no text", () => {
    const body = Buffer.concat([
      Buffer.from([0xff, 0x00, 0xfe]),
      Buffer.from("token=s3cr3t-t0k3n"),
      Buffer.from([0xff]),
    ]);
    const answer = captureAnswer(received(body), ["s3cr3t-t0k3n"]);
    expect(answer.responseEncoding).toBe("base64");
    expect(Buffer.from(answer.responseBody, "base64").toString("latin1")).toBe(
      "\u00ff\u0000\u00fetoken=********\u00ff",
    );
  });

  it("[C5] keeps text as text and bytes as base64, and either can be read back exactly", () => {
    const property = fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
      const { responseBody, responseEncoding, responseTruncated } = captureAnswer(received(bytes), []);
      expect(Buffer.from(responseBody, responseEncoding).equals(bytes)).toBe(true);
      expect(responseTruncated).toBe(false);
      expect(JSON.parse(JSON.stringify(responseBody))).toBe(responseBody);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it.each([
    ["text with NUL and BiDi controls", Buffer.from("a\u0000\u202eb"), "utf8"],
    ["an unpaired surrogate in UTF-8", Buffer.from([0xed, 0xa0, 0x80]), "base64"],
    ["an overlong form", Buffer.from([0xc0, 0xaf]), "base64"],
    ["Latin-1", Buffer.from([0x63, 0x61, 0x66, 0xe9]), "base64"],
    ["nothing", Buffer.alloc(0), "utf8"],
  ])("[C5] of %s is honest about its encoding", (_, body, encoding) => {
    expect(captureAnswer(received(body), []).responseEncoding).toBe(encoding);
  });

  it("[C5] is never cut within a character", () => {
    for (const character of ["é", "€", "😀"]) {
      for (let shift = 0; shift < 4; shift++) {
        const body = Buffer.from("x".repeat(shift) + character.repeat(STORED_BODY_BYTES));
        for (const complete of [true, false]) {
          const { responseBody, responseEncoding } = captureAnswer(
            received(body.subarray(0, 64 * 1024 - 1), complete),
            [],
          );
          if (complete && responseEncoding === "base64") continue;
          expect(responseEncoding).toBe("utf8");
          expect(responseBody).not.toContain("\ufffd");
          expect(Buffer.byteLength(responseBody)).toBeGreaterThan(STORED_BODY_BYTES - 4);
        }
      }
    }
  });

  it("[C5] keeps at most 16 KiB of base64", () => {
    const answer = captureAnswer(received(Buffer.alloc(20_000, 0xff)), []);
    expect(answer.responseBody).toHaveLength(STORED_BODY_BYTES);
    expect(answer).toMatchObject({ responseTruncated: true, responseBytes: 20_000 });
  });

  it("has a length and a hash only if the body was read to its end", () => {
    expect(captureAnswer(received(Buffer.from("abc"), false), [])).toMatchObject({
      responseTruncated: true,
      responseBytes: null,
      responseSha256: null,
    });
  });
});
