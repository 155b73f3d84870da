// Keeps sessions, codes and refresh tokens of the local issuer in memory: after a restart people sign in again.
import type { Adapter, AdapterPayload } from "oidc-provider";

type Kept = { payload: AdapterPayload; expiresAt: number };

/** All kinds of one issuer. The oldest go first when there are too many, which no person reaches. */
const MOST_KEPT = 5_000;

/** Returns what makes the adapter of a kind: `Session`, `RefreshToken`, … */
export function openGrantsStore(): (kind: string) => Adapter {
  const kept = new Map<string, Kept>();
  return (kind) => new KindStore(kind, kept);
}

class KindStore implements Adapter {
  private readonly kind: string;
  private readonly kept: Map<string, Kept>;

  constructor(kind: string, kept: Map<string, Kept>) {
    this.kind = kind;
    this.kept = kept;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn = Number.POSITIVE_INFINITY): Promise<void> {
    const key = this.keyOf(id);
    this.kept.delete(key);
    this.kept.set(key, { payload, expiresAt: Date.now() + expiresIn * 1000 });
    const [oldest] = this.kept.keys();
    if (this.kept.size > MOST_KEPT && oldest !== undefined) this.kept.delete(oldest);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const found = this.kept.get(this.keyOf(id));
    return found && found.expiresAt > Date.now() ? found.payload : undefined;
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.findWhere((payload) => payload.uid === uid);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.findWhere((payload) => payload.userCode === userCode);
  }

  async consume(id: string): Promise<void> {
    const found = await this.find(id);
    if (found) found.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id: string): Promise<void> {
    this.kept.delete(this.keyOf(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, { payload }] of this.kept) if (payload.grantId === grantId) this.kept.delete(key);
  }

  private keyOf(id: string): string {
    return `${this.kind}:${id}`;
  }

  private findWhere(isIt: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
    for (const [key, { payload, expiresAt }] of this.kept) {
      if (key.startsWith(`${this.kind}:`) && expiresAt > Date.now() && isIt(payload)) return payload;
    }
    return undefined;
  }
}
