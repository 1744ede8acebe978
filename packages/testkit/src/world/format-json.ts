const WIDTH = 160;

/**
 * JSON for people and for diffs: keys sorted as kubectl prints them, and whatever fits stays on one line, which keeps a
 * recording at half of its fully broken size.
 */
export function formatJson(value: unknown): string {
  return `${print(value, 0)}\n`;
}

function print(value: unknown, indent: number): string {
  const flat = flatten(value);
  if (flat.length + indent <= WIDTH || value === null || typeof value !== 'object') return flat;
  const inner = ' '.repeat(indent + 1);
  const outer = ' '.repeat(indent);
  if (Array.isArray(value)) return printList(value, indent);
  const fields = entriesOf(value).map(([key, item]) => {
    const name = `${JSON.stringify(key)}: `;
    return `${inner}${name}${print(item, indent + 1)}`;
  });
  return `{\n${fields.join(',\n')}\n${outer}}`;
}

function printList(list: readonly unknown[], indent: number): string {
  const inner = ' '.repeat(indent + 1);
  const items = list.map((item) => print(item, indent + 1));
  const short = items.every((item) => item.length <= 32 && !item.includes('\n'));
  if (!short) return `[\n${items.map((item) => inner + item).join(',\n')}\n${' '.repeat(indent)}]`;
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    if (line !== '' && inner.length + line.length + item.length + 2 > WIDTH) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? item : `, ${item}`;
  }
  lines.push(line);
  return `[\n${lines.map((text) => inner + text).join(',\n')}\n${' '.repeat(indent)}]`;
}

function flatten(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(flatten).join(', ')}]`;
  const fields = entriesOf(value).map(([key, item]) => `${JSON.stringify(key)}: ${flatten(item)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

function entriesOf(value: object): [string, unknown][] {
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
}
