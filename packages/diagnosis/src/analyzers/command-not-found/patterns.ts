import type { LogMatch } from '../_shared/log-hits.ts';

// containerd with runc, CRI-O, crun and Docker, in this order; mounts that fail also say "no such file", so the word exec is required.
const START_ERRORS: readonly RegExp[] = [
  /exec: \\?"[^"\\]+\\?": (?:executable file not found in \$PATH|stat [^:]+: no such file or directory|no such file or directory|permission denied|is a directory)/i,
  /executable file [`'"]?[^`'" ]+[`'"]? not found(?: in \$PATH)?/i,
  /exec [^\s:]+: (?:no such file or directory|permission denied)/i,
  /(?:cannot|unable to) (?:find|locate) (?:the )?(?:executable|entrypoint)[^:]*/i,
];

/** The part of a runtime's message that says a command cannot be executed; null when it says something else. */
export function readStartError(message: string): string | null {
  for (const pattern of START_ERRORS) {
    const match = pattern.exec(message);
    if (match) return match[0];
  }
  return null;
}

/** A command that failed to run, as the container's own output tells it. */
export interface CommandError extends LogMatch {
  readonly text: string;
  /** False when a running program could say the same of a file it only wanted to read. */
  readonly firm: boolean;
}

const SHELL = String.raw`(?:[\w./-]*\/)?(?:\w*sh|[\w.-]+\.sh|[\w-]*entry-?point[\w.-]*)`;
const FIRM: readonly RegExp[] = [
  new RegExp(String.raw`^${SHELL}: (?:(?:line )?\d+: )?(?:exec: )?[\w./+-]+: (?:command )?not found`),
  /^exec: line \d+: [\w./+-]+: not found/,
  /^(?:\[FATAL tini \(\d+\)\] )?exec ["']?[\w./+-]+["']?(?: failed)?: (?:No such file or directory|Permission denied)/i,
  /^(?:\[dumb-init\]|su-exec:|gosu:|error: failed switching to .*:) .*(?:No such file or directory|executable file not found)[^:]*/i,
  /Error: Unable to access jarfile \S+/,
  /Error: Could not find or load main class \S+/,
  /can't open file '[^']+': \[Errno 2\] No such file or directory/,
  /^(?:npm ERR! |error )?Missing script: "?[\w:-]+"?/i,
  /Could not execute because the (?:application was not found|specified command or file was not found)/,
  /^\S*python[\d.]*: No module named [\w.]+/,
  /unknown command "[^"]+" for "[^"]+"/,
  /(?:unknown (?:shorthand )?flag: |flag provided but not defined: |unrecognized (?:command[- ]line )?(?:option|argument)s?:? |unknown option:? )['"]?-{0,2}[\w-]+['"]?/i,
  /error: unexpected argument '[^']+' found/,
];
const LIKELY: readonly RegExp[] = [/Cannot find module '\/[^']+'/, /-- \S+ \(LoadError\)/];

// A word without which no expression matches: most lines end here.
const HINT =
  /not found|no such file|permission denied|jarfile|main class|missing script|could not execute|no module named|unknown (?:command|option|flag|shorthand)|but not defined|unrecognized|unexpected argument|cannot find module|LoadError/i;

/** Reads a line that says a command, script or option does not exist. */
export function readCommandError(line: string): CommandError | null {
  if (!HINT.test(line)) return null;
  for (const [patterns, firm] of [
    [FIRM, true],
    [LIKELY, false],
  ] as const) {
    for (const pattern of patterns) {
      const text = pattern.exec(line)?.[0];
      // Options of what a program calls (curl inside a script) read the same, and are as fatal in its last words.
      if (text) return { key: 'command', text: text.replace(/`/g, ''), firm };
    }
  }
  return null;
}
