// Finds out who is there, when the console is opened or comes back from the issuer.
import { client } from "../data/client.ts";
import { session } from "../data/session.ts";
import { currentPage, navigate } from "../navigation/location.ts";
import { beginSignIn, completeSignIn, isSignInAnswer, wantedPage, wasSignedIn } from "../session/sign-in.ts";

/** Never throws: what goes wrong is the state of the session. */
export async function startSession(): Promise<void> {
  try {
    const address = new URL(globalThis.location.href);
    if (isSignInAnswer(address)) await openSession(address);
    // Tokens do not outlive a page. The issuer remembers the person, and sends new ones.
    else if (wasSignedIn()) await beginSignIn(currentPage());
    else session.value = { kind: "signed-out" };
  } catch (error) {
    session.value = { kind: "failed", error };
  }
}

async function openSession(answer: URL): Promise<void> {
  // The code is of no use a second time, so it is not left in the address.
  navigate(wantedPage(), { replace: true });
  await completeSignIn(answer);
  session.value = { kind: "signed-in", me: await client.getMe() };
}
