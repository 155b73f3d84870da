// Bodies whose bytes are no UTF-8, or begin with what some readers drop: each text of a valid body broken, one after the other.

type Raw = { what: string; bytes: Uint8Array };

const NO_UTF8: readonly (readonly [what: string, bytes: readonly number[]])[] = [
  ["a high surrogate", [0xed, 0xa0, 0x80]],
  ["a low surrogate", [0xed, 0xb0, 0x80]],
  ["both surrogates, as CESU-8 writes an emoji", [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
  ["a slash in two bytes", [0xc0, 0xaf]],
  ["a slash in three bytes", [0xe0, 0x80, 0xaf]],
  ["NUL in two bytes", [0xc0, 0x80]],
  ["two bytes of three", [0xe2, 0x82]],
  ["three bytes of four", [0xf0, 0x9f, 0x98]],
  ["a byte that only continues", [0x80]],
  ["a character past the last", [0xf4, 0x90, 0x80, 0x80]],
  ["a byte that UTF-8 never has", [0xff]],
];
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const MARK = "⌖";

/** The members are those of a good body; a body without any text gets a key that has one. */
export function bodiesOfBrokenUtf8(members: Record<string, unknown>): Raw[] {
  const places = textsOf(members);
  const spoilt = places.length > 0 ? places : [JSON.stringify({ ...members, [MARK]: 1 })];
  const good = Buffer.from(JSON.stringify(members));
  return [
    ...spoilt.flatMap((text) => NO_UTF8.map(([what, bytes]) => ({ what, bytes: withBytes(text, bytes) }))),
    { what: "a byte order mark", bytes: Buffer.concat([Buffer.from(BYTE_ORDER_MARK), good]) },
    { what: "two byte order marks", bytes: Buffer.from([...BYTE_ORDER_MARK, ...BYTE_ORDER_MARK, ...good]) },
    { what: "a byte order mark at the end", bytes: Buffer.concat([good, Buffer.from(BYTE_ORDER_MARK)]) },
    { what: "UTF-16 with its mark", bytes: Buffer.from(`\ufeff${good.toString()}`, "utf16le") },
    { what: "UTF-16", bytes: Buffer.from(good.toString(), "utf16le") },
    { what: "half a character after the end", bytes: Buffer.concat([good, Buffer.of(0xe2)]) },
  ];
}

/** The body once for each text in it, with a mark at the end of this text. */
function textsOf(members: Record<string, unknown>): string[] {
  const count = marked(members, -1).texts;
  return Array.from({ length: count }, (_, at) => marked(members, at).text);
}

function marked(members: Record<string, unknown>, at: number): { text: string; texts: number } {
  let texts = 0;
  const text = JSON.stringify(members, (_, value: unknown) =>
    typeof value === "string" && texts++ === at ? value + MARK : value,
  );
  return { text, texts };
}

function withBytes(text: string, bytes: readonly number[]): Uint8Array {
  const [before = "", after = ""] = text.split(MARK);
  return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
}
