// Set up before the tests of decisions: every call to the outside of the process reaches the small world instead.
import { vi } from "vitest";

const smallWorld = vi.hoisted(() => () => import("./small-world.ts"));
const outer = vi.hoisted(() => () => import("./outside.ts"));

vi.mock(import("../../shared/store/client.ts"), async (original) =>
  (await smallWorld()).storeOf(await original()),
);
vi.mock(import("../../shared/step-functions/executions.ts"), async (original) =>
  (await outer()).enginesOf(await original()),
);
vi.mock(import("../../shared/webhook/attempt.ts"), async (original) =>
  (await outer()).receiversOf(await original()),
);
vi.mock(import("../../shared/secrets/encrypt.ts"), async (original) => {
  const { encrypt, decrypt } = (await smallWorld()).fakeEncryption(await original());
  return { encrypt: vi.fn(encrypt), decrypt: vi.fn(decrypt) };
});
vi.mock(import("../../shared/secrets/own-keys.ts"), async (original) =>
  (await smallWorld()).ownKeysOf(await original()),
);
vi.mock(import("../../shared/secrets/referenced.ts"), () => ({ readReferencedSecret: vi.fn() }));
vi.mock(import("../../shared/lambda/invoke.ts"), () => ({ invokeFunction: vi.fn() }));
