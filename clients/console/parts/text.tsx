// Text from outside, shown as text: it keeps its own direction, and what is invisible in it is shown.
import { findInvisible, nameOf } from "./invisible.ts";

/** Within a line of ours: a name, a title, a note. */
export function Outside({ text }: { text: string }) {
  return (
    <bdi>
      <Visible text={text} />
    </bdi>
  );
}

export function Visible({ text }: { text: string }) {
  return (
    <>
      {findInvisible(text).map((piece) =>
        typeof piece === "string" ? (
          piece
        ) : (
          <span class="invisible-character" title="A character that is not visible">
            {nameOf(piece.codePoint)}
          </span>
        ),
      )}
    </>
  );
}

/** Somebody, by the name that the token had then, or by the id. */
export function Person({ by, name }: { by: string; name: string | null }) {
  return name === null || name === by ? (
    <Outside text={by} />
  ) : (
    <span title={by}>
      <Outside text={name} />
    </span>
  );
}
