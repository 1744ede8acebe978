/** One plugin line of a Corefile with the lines of its block. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly body: readonly string[];
  /** Lines of the file, from 1, both ends included. */
  readonly from: number;
  readonly to: number;
}

/** One server block: the zones it answers and its plugins. */
export interface ServerBlock {
  readonly zones: readonly string[];
  readonly directives: readonly Directive[];
}

/** Reads a Corefile as far as a person would: server blocks, their plugins and the plugins' blocks; snippets are left out. */
export function readCorefile(text: string): readonly ServerBlock[] {
  const lines = text.split('\n').map((line) => line.replace(/#.*$/, '').trim());
  const blocks: ServerBlock[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (!line.endsWith('{') || line.startsWith('(')) continue;
    const end = closing(lines, index);
    blocks.push({ zones: zonesOf(line), directives: directivesOf(lines, index + 1, end) });
    index = end;
  }
  return blocks;
}

function directivesOf(lines: readonly string[], start: number, end: number): readonly Directive[] {
  const directives: Directive[] = [];
  for (let index = start; index < end; index++) {
    const line = lines[index] ?? '';
    if (line === '' || line === '}') continue;
    const open = line.endsWith('{');
    const last = open ? closing(lines, index) : index;
    const [name = '', ...args] = line.replace(/\{$/, '').trim().split(/\s+/);
    directives.push({
      name,
      args,
      body: lines.slice(index + 1, open ? last : index + 1).filter(Boolean),
      from: index + 1,
      to: last + 1,
    });
    index = last;
  }
  return directives;
}

/** The line that closes the block opened at `start`; the last line when none does. */
function closing(lines: readonly string[], start: number): number {
  let depth = 0;
  for (let index = start; index < lines.length; index++) {
    const line = lines[index] ?? '';
    if (line.endsWith('{')) depth++;
    if (line === '}' && --depth === 0) return index;
  }
  return lines.length - 1;
}

function zonesOf(line: string): readonly string[] {
  return line
    .replace(/\{$/, '')
    .trim()
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((zone) => zone.replace(/^\w+:\/\//, '').replace(/:\d+$/, '') || '.');
}
