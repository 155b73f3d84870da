// What stands before the pages: signing in, and why it did not work.
import { useEffect } from "preact/hooks";
import { useAction } from "../data/action.ts";
import type { SessionState } from "../data/session.ts";
import { currentPage, here } from "../navigation/location.ts";
import { Button } from "../parts/button.tsx";
import { FailureNote } from "../parts/failure.tsx";
import { Mark } from "../parts/icon.tsx";
import { Loading } from "../parts/panels.tsx";
import { beginSignIn } from "../session/sign-in.ts";

export function Door({ state }: { state: SessionState }) {
  useEffect(() => {
    globalThis.document.title = "Sign in · Runbooks";
  }, []);
  return (
    <main class="door">
      <div class="door-card">
        <Mark />
        <h1>Runbooks</h1>
        {state.kind === "starting" ? <Loading what="the console" /> : <SignIn state={state} />}
      </div>
    </main>
  );
}

/** Addresses that the issuer leads back to. Nobody wants to see them again. */
const RETURNS: ReadonlySet<string> = new Set(["/signed-in", "/signed-out"]);

function SignIn({ state }: { state: SessionState }) {
  const isReturn = RETURNS.has(here.value.path);
  const signIn = useAction(() => beginSignIn(isReturn ? "/" : currentPage()));
  const error = signIn.error ?? (state.kind === "failed" ? state.error : undefined);
  return (
    <>
      <p class="muted">
        {here.value.path === "/signed-out"
          ? "You are signed out."
          : "Automations that your team has approved: see what they do, run them, and what came of it."}
      </p>
      {error !== undefined && <FailureNote error={error} />}
      <Button kind="primary" busy={signIn.isRunning} onClick={signIn.run}>
        Sign in
      </Button>
    </>
  );
}
