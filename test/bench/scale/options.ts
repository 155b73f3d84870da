// The argument of npm run bench:scale: up to how many items, or one line on what is wrong.

/** Powers of ten: each is measured by itself. */
const SIZES = [1_000, 10_000, 100_000, 1_000_000];
const WANTED = `one of ${SIZES.join(", ")}`;

type Read = { sizes: readonly number[]; problem: null } | { problem: string };

/** `--items`: the largest size that is measured, besides all smaller ones. */
export function readScaleOptions(args: readonly string[]): Read {
  const [word, value, more] = args;
  if (word === undefined) return { problem: `Say how many: --items, ${WANTED}.` };
  if (word !== "--items") return { problem: `"${word}" is not an option: give --items, ${WANTED}.` };
  if (more !== undefined) return { problem: `"${more}" is too much: give --items alone, ${WANTED}.` };
  const size = SIZES.find((each) => String(each) === value);
  if (size === undefined) return { problem: `--items ${value ?? ""} cannot be used: give ${WANTED}.` };
  return { sizes: SIZES.filter((each) => each <= size), problem: null };
}
