import type { Command } from 'commander';

/** What can follow one command path: subcommands, options, and the values an option is limited to. */
export interface CompletionNode {
  /** `headwater`, `headwater bench`, ... */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly about: string }[];
  readonly options: readonly {
    readonly flags: readonly string[];
    readonly about: string;
    readonly values: readonly string[];
    readonly takesValue: boolean;
  }[];
  /** Values of the first positional argument, when it is limited to some. */
  readonly words: readonly string[];
}

/** The whole command tree, flattened, parents before children. */
export function completionTree(command: Command, parent = ''): CompletionNode[] {
  const path = `${parent} ${command.name()}`.trim();
  const node: CompletionNode = {
    path,
    commands: command.commands.map((child) => ({ name: child.name(), about: child.description() })),
    options: [
      ...command.options.map((option) => ({
        flags: [option.long, option.short].filter((flag) => typeof flag === 'string'),
        about: option.description,
        values: option.argChoices ?? [],
        takesValue: option.required || option.optional,
      })),
      { flags: ['--help', '-h'], about: 'display help', values: [], takesValue: false },
    ],
    words: command.registeredArguments[0]?.argChoices ?? [],
  };
  return [node, ...command.commands.flatMap((child) => completionTree(child, path))];
}
