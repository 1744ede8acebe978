const WIDTH = 160;

/**
 * JSON for people and for diffs: keys sorted as kubectl prints them, and whatever fits stays on one line, which keeps a
 * recording at half of its fully broken size.
 */
export function formatJson(value: unknown): string {
  return `${print(value, 0)}\n`;
}

function print(value: unknown, indent: number): string {
  const flat = flatten(value, WIDTH - indent);
  if (flat !== undefined) return flat;
  if (value === null || typeof value !== 'object') return scalar(value);
  if (Array.isArray(value)) return printList(value, indent);
  const inner = ' '.repeat(indent + 1);
  const fields = entriesOf(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${print(item, indent + 1)}`);
  return `{\n${fields.join(',\n')}\n${' '.repeat(indent)}}`;
}

function printList(list: readonly unknown[], indent: number): string {
  const inner = ' '.repeat(indent + 1);
  const items = list.map((item) => print(item, indent + 1));
  const short = items.every((item) => item.length <= 32 && !item.includes('\n'));
  const lines = short ? filled(items, WIDTH - inner.length) : items;
  return `[\n${lines.map((text) => inner + text).join(',\n')}\n${' '.repeat(indent)}]`;
}

// Samples of a series: as many on a line as fit.
function filled(items: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    if (line !== '' && line.length + item.length + 2 > width) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? item : `, ${item}`;
  }
  return [...lines, line];
}

/** The value on one line, or undefined as soon as it is longer than `room`. */
function flatten(value: unknown, room: number): string | undefined {
  if (value === null || typeof value !== 'object') return within(scalar(value), room);
  const parts: string[] = [];
  let left = room - 4;
  const entries = Array.isArray(value) ? value.map((item: unknown) => ['', item] as const) : entriesOf(value);
  for (const [key, item] of entries) {
    const name = Array.isArray(value) ? '' : `${JSON.stringify(key)}: `;
    const flat = flatten(item, left - name.length);
    if (flat === undefined) return undefined;
    parts.push(name + flat);
    left -= name.length + flat.length + 2;
  }
  const text = parts.join(', ');
  return within(Array.isArray(value) ? `[${text}]` : text === '' ? '{}' : `{ ${text} }`, room);
}

function within(text: string, room: number): string | undefined {
  return text.length <= room ? text : undefined;
}

function scalar(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}

function entriesOf(value: object): [string, unknown][] {
  return Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
}
