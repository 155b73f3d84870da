// The console as a client of the local issuer, and what the console is told of it.
import type { SignIn } from "../../../shared/contract/sign-in.ts";

export const CONSOLE_CLIENT = "console";
export const SCOPE = "openid email profile";

export const signInAt = (issuer: string): SignIn => ({
  issuer,
  clientId: CONSOLE_CLIENT,
  scope: SCOPE,
  token: "access",
  origins: [issuer],
});
