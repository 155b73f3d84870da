// Code and bodies: text, never markup. What is long is cut with a sign, and whole at a click.
import { useState } from "preact/hooks";
import { announce } from "../data/announcements.ts";
import { Button } from "./button.tsx";
import { Visible } from "./text.tsx";

/** Shown at first: about two screens. */
const FIRST_CHARACTERS = 6_000;

type CodeProps = {
  text: string;
  /** What it is, such as "Body". */
  title: string;
  /** Whether expressions between {{ and }} stand out. */
  isTemplate?: boolean;
};

export function Code({ text, title, isTemplate = false }: CodeProps) {
  const [isWhole, setWhole] = useState(false);
  const isCut = !isWhole && text.length > FIRST_CHARACTERS;
  const shown = isCut ? text.slice(0, FIRST_CHARACTERS).toWellFormed() : text;
  const copy = async () => {
    await globalThis.navigator.clipboard.writeText(text);
    announce(`${title} copied`);
  };
  return (
    <figure class="code">
      <figcaption class="code-head">
        <span>{title}</span>
        <Button kind="plain" small icon="copy" label={`Copy: ${title}`} onClick={copy} />
      </figcaption>
      <pre>{isTemplate ? <Template text={shown} /> : <Visible text={shown} />}</pre>
      {isCut && (
        <div class="code-foot">
          <span>
            Shown: {FIRST_CHARACTERS.toLocaleString("en")} of {text.length.toLocaleString("en")} characters
          </span>
          <Button kind="plain" small onClick={() => setWhole(true)}>
            Show all
          </Button>
        </div>
      )}
    </figure>
  );
}

/** A text whose expressions between {{ and }} stand out. */
export function Template({ text }: { text: string }) {
  return (
    <>
      {text.split(/(\{\{.*?\}\})/s).map((part, index) =>
        index % 2 === 0 ? (
          <Visible text={part} />
        ) : (
          <span class="expression">
            <Visible text={part} />
          </span>
        ),
      )}
    </>
  );
}
