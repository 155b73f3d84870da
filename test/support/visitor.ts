// A browser without a screen: visits the console of a local stack, signs in at its issuer, and keeps cookies.
import { createHash, randomBytes } from "node:crypto";
import * as z from "zod";

const Config = z.looseObject({
  issuer: z.string(),
  clientId: z.string(),
  scope: z.string(),
  redirectPath: z.string(),
  signedOutPath: z.string(),
});
const Endpoints = z.looseObject({
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  end_session_endpoint: z.string(),
  revocation_endpoint: z.string(),
});
export const Tokens = z.looseObject({
  access_token: z.string(),
  id_token: z.string(),
  refresh_token: z.string(),
  expires_in: z.number(),
});
type Answer = { status: number; headers: Headers; text: string; url: string };

export class Visitor {
  readonly api: string;
  readonly config: z.output<typeof Config>;
  readonly endpoints: z.output<typeof Endpoints>;
  private readonly cookies = new Map<string, string>();
  private readonly verifier = randomBytes(32).toString("base64url");

  private constructor(api: string, config: z.output<typeof Config>, endpoints: z.output<typeof Endpoints>) {
    this.api = api;
    this.config = config;
    this.endpoints = endpoints;
  }

  static async at(api: string): Promise<Visitor> {
    const config = Config.parse(await (await fetch(`${api}/console/config.json`)).json());
    const found = await fetch(`${config.issuer}/.well-known/openid-configuration`);
    return new Visitor(api, config, Endpoints.parse(await found.json()));
  }

  /** The address that the console sends a browser to; `changes` replace or, as null, leave out what it says. */
  authorizeUrl(changes: Record<string, string | null> = {}): string {
    const { clientId, scope, redirectPath } = this.config;
    const all: Record<string, string | null> = {
      response_type: "code",
      client_id: clientId,
      scope,
      redirect_uri: this.api + redirectPath,
      state: "where-i-was",
      code_challenge: createHash("sha256").update(this.verifier).digest("base64url"),
      code_challenge_method: "S256",
      ...changes,
    };
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(all)) if (value !== null) query.set(name, value);
    return `${this.endpoints.authorization_endpoint}?${query}`;
  }

  /** Follows redirects at the issuer; a redirect to elsewhere is what the browser would open next. */
  async open(
    url: string,
    fields?: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const sent = fields && { method: "POST", body: new URLSearchParams(fields) };
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { ...sent, redirect: "manual", headers: { cookie, ...headers } });
    for (const line of response.headers.getSetCookie()) this.keep(line);
    const next = response.headers.get("location");
    const target = next === null ? null : new URL(next, url);
    if (target?.origin === this.config.issuer) {
      await response.arrayBuffer();
      return this.open(target.href);
    }
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, url: target?.href ?? url };
  }

  /** Signs in as one of the people, or as who is typed, and answers the tokens. */
  async signIn(choice: Record<string, string>): Promise<{ tokens: z.output<typeof Tokens>; back: URL }> {
    const page = await this.open(this.authorizeUrl());
    const back = new URL((await this.open(page.url, choice)).url);
    return { tokens: Tokens.parse((await this.askTokens(this.codeOf(back))).body), back };
  }

  codeOf = (back: URL) => ({
    grant_type: "authorization_code",
    code: back.searchParams.get("code") ?? "",
    code_verifier: this.verifier,
    redirect_uri: this.api + this.config.redirectPath,
  });

  /** As the console asks: from its own origin, without a secret. */
  async askTokens(fields: Record<string, string>, origin = this.api) {
    const response = await fetch(this.endpoints.token_endpoint, {
      method: "POST",
      headers: { origin },
      body: new URLSearchParams({ client_id: this.config.clientId, ...fields }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as unknown };
  }

  private keep(line: string): void {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === "") this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
