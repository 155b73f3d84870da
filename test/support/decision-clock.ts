// The time of the tests of decisions: seconds from one fixed moment.

export const T0 = new Date("2026-04-01T03:00:00.000Z");
export const at = (seconds: number): Date => new Date(T0.getTime() + seconds * 1000);
export const iso = (seconds: number): string => at(seconds).toISOString();
