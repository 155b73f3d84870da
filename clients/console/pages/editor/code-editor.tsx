// A field for code. The editor is loaded when it is needed; until then, and where that fails, it is a plain field.
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../../parts/icon.tsx";
import type { Mounted, Settings } from "./mount.ts";

type CodeEditorProps = Omit<Settings, "onInput"> & {
  hint?: string;
  /** What is wrong, in words. */
  error?: string | undefined;
  onInput: (text: string) => void;
};

/** Returns whether the editor is there. What is drawn later reaches it by `update`. */
function useEditor(host: { current: HTMLDivElement | null }, settings: Settings): boolean {
  const [mounted, setMounted] = useState<Mounted | null>(null);
  const latest = useRef(settings);
  latest.current = settings;
  useEffect(() => {
    let editor: Mounted | undefined;
    let isGone = false;
    const mount = async () => {
      const { mountEditor } = await import("./mount.ts");
      if (isGone || !host.current) return;
      const onInput = (text: string) => latest.current.onInput(text);
      editor = mountEditor(host.current, { ...latest.current, onInput });
      setMounted(editor);
    };
    mount().catch(() => undefined);
    return () => {
      isGone = true;
      editor?.destroy();
    };
  }, [host]);
  useEffect(() => mounted?.update(settings));
  return mounted !== null;
}

export function CodeEditor({ hint, error, ...settings }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const isMounted = useEditor(host, settings);
  const { label, value, language } = settings;
  return (
    <div class="field">
      <span class="field-label">{label}</span>
      {hint && <p class="field-hint">{hint}</p>}
      <div ref={host} class={language === "line" ? "editor one-line" : "editor"} />
      {!isMounted && (
        <textarea
          aria-label={label}
          class="input mono"
          rows={language === "line" ? 1 : 8}
          value={value}
          onInput={({ currentTarget }) => settings.onInput(currentTarget.value)}
        />
      )}
      {error && (
        <p class="field-error">
          <Icon name="warning" />
          {error}
        </p>
      )}
    </div>
  );
}
