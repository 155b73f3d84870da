// How people sign in here: what the host says in config.json, read once.

/** `issuer`: null where the deployment has given the console no client at its issuer. */
type Answer = Configuration | { issuer: null };

export type Configuration = {
  issuer: string;
  clientId: string;
  scope: string;
  /** Asked of the issuer for the access token, where it wants one. */
  audience?: string;
  /** Where signing out leads; without it, what the issuer's own document says. */
  signOutUrl?: string;
  /** Which token the API takes. */
  token?: "access" | "id";
  /** Where the issuer leads back to, in the form that it knows. */
  redirectPath: string;
  signedOutPath: string;
};

const NO_CLIENT =
  "This deployment has no sign-in for the console. Its operators switch it on with the option consoleClientId.";

let loading: Promise<Configuration> | null = null;

/** @throws Error if the host does not answer, or not with a configuration */
export function loadConfiguration(): Promise<Configuration> {
  loading ??= fetchConfiguration().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function fetchConfiguration(): Promise<Configuration> {
  const response = await fetch("/console/config.json", { cache: "no-store" });
  if (!response.ok) throw new Error(`config.json of the console cannot be read (${response.status}).`);
  const answer = (await response.json()) as Answer;
  if (answer.issuer === null) throw new Error(NO_CLIENT);
  return answer;
}
