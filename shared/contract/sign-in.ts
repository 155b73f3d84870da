// How people sign in to the console: what the deployment says, and what of it the page is told.
import * as z from "zod";
import { jsonText } from "./json-text.ts";
import { SIGNED_IN_PATH, SIGNED_OUT_PATH } from "./pages.ts";

const Origin = z
  .string()
  .regex(/^https?:\/\/[^\s/?#"';,*]+$/, "must be an origin like https://id.example.com");

/**
 * The client of the console at its issuer. `token`: the one that the API takes. `signOutUrl`: where the issuer has no
 * `end_session_endpoint`. `origins`: all that the page calls to sign in.
 */
export const SignIn = z.strictObject({
  issuer: z.url(),
  clientId: z.string().min(1),
  scope: z.string().regex(/^openid( \S+)*$/, "must begin with openid"),
  token: z.enum(["access", "id"]),
  audience: z.string().min(1).optional(),
  signOutUrl: z.url().optional(),
  origins: z.array(Origin).min(1),
});
export type SignIn = z.output<typeof SignIn>;

/** The variable: JSON, or nothing where nobody can sign in. */
export const SignInText = jsonText(SignIn, "a sign-in");

/** What `/console/config.json` answers. Without a client there is no issuer, and the page says so. */
export function buildPageConfig(signIn: SignIn | null, groupsClaim: string) {
  if (signIn === null) return { issuer: null, groupsClaim };
  const { origins: _, ...told } = signIn;
  return { ...told, groupsClaim, redirectPath: SIGNED_IN_PATH, signedOutPath: SIGNED_OUT_PATH };
}
