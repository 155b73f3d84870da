// The local OIDC issuer's key and URL. They are in the data folder, so tokens stay valid after a restart.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { join } from "node:path";
import { importJWK, SignJWT } from "jose";
import * as z from "zod";
import { findStablePort, LOOPBACK } from "../platform/ports.ts";
import { readOrCreateJson } from "../platform/private-file.ts";
import type { Person } from "./people.ts";

export const AUDIENCE = "runbooks";
export const GROUPS_CLAIM = "cognito:groups";
export const ALGORITHM = "RS256";

const Identity = z.object({
  issuer: z.url(),
  key: z.looseObject({ kty: z.literal("RSA"), kid: z.string(), n: z.string(), e: z.string(), d: z.string() }),
});
export type Identity = z.infer<typeof Identity>;

/** Created on first use, by the local stack or the token command. */
export async function loadIdentity(dataDir: string): Promise<Identity> {
  return readOrCreateJson(join(dataDir, "issuer.json"), Identity, async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const { n = "", e = "", d = "", ...rest } = privateKey.export({ format: "jwk" });
    const key = { ...rest, kty: "RSA" as const, n, e, d, kid: randomUUID(), alg: ALGORITHM, use: "sig" };
    return { issuer: `http://${LOOPBACK}:${await findStablePort()}`, key };
  });
}

/** What a token says of a person, beside `sub`. */
export const claimsOf = ({ user, groups }: Person) => ({
  email: `${user}@example.com`,
  name: user,
  [GROUPS_CLAIM]: groups,
});

type TokenOrder = Person & { expiresInSeconds: number };

/** Returns a token like the one that signing in gives. */
export async function signToken(identity: Identity, order: TokenOrder): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const { user, expiresInSeconds } = order;
  return new SignJWT(claimsOf(order))
    .setProtectedHeader({ alg: ALGORITHM, kid: identity.key.kid, typ: "JWT" })
    .setIssuer(identity.issuer)
    .setAudience(AUDIENCE)
    .setSubject(user)
    .setIssuedAt(Math.min(now, now + expiresInSeconds))
    .setExpirationTime(now + expiresInSeconds)
    .sign(await importJWK(identity.key, ALGORITHM));
}
