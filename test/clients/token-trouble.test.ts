// What `runbooks doctor` says of a token that was refused: the reason that the token itself shows.
import { expect, it } from "vitest";
import { findTokenTrouble } from "../../clients/cli/session/token-trouble.ts";

const NOW = new Date("2026-03-01T10:00:00Z");
const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString("base64url");
const tokenOf = (header: object, claims: object) => `${encode(header)}.${encode(claims)}.c2ln`;
const GOOD = { iss: "https://id.example.com/", sub: "ana", exp: NOW.getTime() / 1000 + 60 };

it.each<[string, string, RegExp]>([
  ["no JWT", "abc", /no JWT/],
  ["a number for a header", "MQ.MQ.MQ", /no JWT/],
  ["an elliptic curve", tokenOf({ alg: "ES256" }, GOOD), /ES256.*RS256, RS384 and RS512/],
  ["no signature", tokenOf({ alg: "none" }, GOOD), /none.*RSA/],
  ["Cognito's ID token", tokenOf({ alg: "RS256" }, { ...GOOD, token_use: "id" }), /ID token/],
  ["an ID token with a hash", tokenOf({ alg: "RS256" }, { ...GOOD, at_hash: "x" }), /ID token/],
  [
    "one that has ended",
    tokenOf({ alg: "RS256" }, { ...GOOD, exp: NOW.getTime() / 1000 }),
    /ended at 2026-03-01T10:00:00.000Z/,
  ],
  [
    "one that looks good",
    tokenOf({ alg: "RS512" }, GOOD),
    /https:\/\/id\.example\.com\/\. .*letter by letter/,
  ],
])("%s is told", (_what, token, message) => {
  expect(findTokenTrouble(token, NOW)).toMatch(message);
  expect(findTokenTrouble(`Bearer ${token}`, NOW)).toMatch(message);
});
