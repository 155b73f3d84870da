// `runbooks completion`: prints the script that completes commands and options in bash or zsh.
import { buildCommand } from "@stricli/core";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { UsageError } from "../session/failures.ts";

/** They ask the program itself, by its hidden word `__complete`: a line for each proposal, with its description. */
const SCRIPTS = {
  bash: `_runbooks() {
  local IFS=$'\\n'
  COMPREPLY=($(runbooks __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
complete -o default -F _runbooks runbooks
`,
  zsh: `#compdef runbooks
_runbooks() {
  local -a found
  found=("\${(@f)$(runbooks __complete "\${(@)words[2,$CURRENT]}" 2>/dev/null | tr '\\t' ':')}")
  _describe runbooks found
}
compdef _runbooks runbooks
`,
};

const isShell = (text: string): text is keyof typeof SCRIPTS => Object.hasOwn(SCRIPTS, text);

export const command = (brief: string) =>
  buildCommand<GlobalFlags, [string], Cli>({
    docs: { brief },
    parameters: {
      flags: GLOBAL_FLAGS,
      positional: {
        kind: "tuple",
        parameters: [{ parse: String, brief: "bash or zsh", placeholder: "shell" }],
      },
    },
    func(_, shell) {
      if (!isShell(shell)) throw new UsageError("Name a shell: bash or zsh.");
      this.process.stdout.write(SCRIPTS[shell]);
    },
  });
