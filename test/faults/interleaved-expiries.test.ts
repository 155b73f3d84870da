// An approval that expires, or is renewed or announced, meets a start, a beginning, an edit or a withdrawal, at every border.
import "../support/quiet.ts";
import { afterAll, beforeAll, vi } from "vitest";
import { EXPIRY_PAIRS, ONE_DAY } from "../support/pairs/expiries.ts";
import { meet } from "../support/pairs/meet.ts";

// The pairs move the clock.
beforeAll(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterAll(() => void vi.useRealTimers());

meet(EXPIRY_PAIRS, ONE_DAY);
