import type { CompletionNode } from './tree.ts';

/** Completion for bash: the longest known command path decides what is offered, options' fixed values included. */
export function bashScript(tree: readonly CompletionNode[]): string {
  const cases = tree.map(
    ({ path, commands, options, words }) =>
      `    "${path}") words="${[...commands.map(({ name }) => name), ...words, ...options.flatMap(({ flags }) => flags)].join(' ')}" ;;`,
  );
  const values = valueCases(tree).map(
    ([flags, list]) => `    ${flags.join('|')}) COMPREPLY=($(compgen -W "${list.join(' ')}" -- "$cur")); return ;;`,
  );
  return `# bash completion for headwater
_headwater() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path="headwater" words="" word
  case "$prev" in
${values.join('\n')}
    ${fileFlags(tree).join('|')}) COMPREPLY=($(compgen -f -- "$cur")); return ;;
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " ${tree.map(({ path }) => path.replaceAll(' ', '.')).join(' ')} " in *" \${path// /.}.$word "*) path="$path $word" ;; esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _headwater headwater
`;
}

/** Completion for zsh, through its bash emulation of the same function. */
export function zshScript(tree: readonly CompletionNode[]): string {
  return `#compdef headwater\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(tree)}`;
}

/** Completion for fish. */
export function fishScript(tree: readonly CompletionNode[]): string {
  const lines = tree.flatMap(({ path, commands, options, words }) => {
    const names = path.split(' ').slice(1);
    const known = commands.map(({ name }) => name);
    const condition =
      names.length === 0
        ? '__fish_use_subcommand'
        : [
            ...names.map((name) => `__fish_seen_subcommand_from ${name}`),
            ...(known.length > 0 ? [`not __fish_seen_subcommand_from ${known.join(' ')}`] : []),
          ].join('; and ');
    return [
      ...commands.map(
        ({ name, about }) => `complete -c headwater -f -n '${condition}' -a ${name} -d '${quote(about)}'`,
      ),
      ...words.map((word) => `complete -c headwater -f -n '${condition}' -a ${word}`),
      ...options.map(({ flags, about, values, takesValue }) => {
        const names = flags
          .map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
          .join(' ');
        const value = values.length > 0 ? ` -x -a '${values.join(' ')}'` : takesValue ? ' -r' : '';
        return `complete -c headwater -n '${condition}' ${names}${value} -d '${quote(about)}'`;
      }),
    ];
  });
  return `# fish completion for headwater\n${lines.join('\n')}\n`;
}

function valueCases(tree: readonly CompletionNode[]): [readonly string[], readonly string[]][] {
  const cases = new Map<string, [readonly string[], readonly string[]]>();
  for (const { options } of tree)
    for (const { flags, values } of options)
      if (values.length > 0)
        cases.set(flags.join(), [flags, [...new Set([...(cases.get(flags.join())?.[1] ?? []), ...values])]]);
  return [...cases.values()];
}

function fileFlags(tree: readonly CompletionNode[]): string[] {
  const flags = tree.flatMap(({ options }) =>
    options.filter(({ values, takesValue }) => takesValue && values.length === 0).flatMap((option) => option.flags),
  );
  return [...new Set(flags)];
}

function quote(text: string): string {
  return text.replaceAll("'", "\\'");
}
