// The part of Node's process that the command line uses.

export type Output = { write: (text: string) => unknown; isTTY?: boolean };
export type Terminal = { stdout: Output; stderr: Output; stdin: NodeJS.ReadStream; env: NodeJS.ProcessEnv };
