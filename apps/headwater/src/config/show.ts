import { type Configuration, settingRows } from './read.ts';

const MASK = '********';

/** A configuration as YAML that could be its file, each value with where it came from; secrets are masked. */
export function showConfiguration({ settings, origins }: Configuration): string {
  const lines: string[] = [];
  let last = '';
  for (const { key, row } of settingRows()) {
    const [group = '', name = ''] = key.split('.');
    if (group !== last) lines.push(`${last === '' ? '' : '\n'}${group}:`);
    last = group;
    const value = (settings as unknown as Record<string, Record<string, unknown>>)[group]?.[name];
    const origin = origins.get(key) ?? 'default';
    if (value === undefined) lines.push(`  # ${name}: not set (${row.env})`);
    else lines.push(`  ${name}: ${row.secret ? MASK : scalar(row.kind.write(value))}  # ${origin}`);
  }
  return `${lines.join('\n')}\n`;
}

// A JSON string is a YAML string; what needs no quotes reads better without.
function scalar(text: string): string {
  return /^[A-Za-z0-9/][A-Za-z0-9._/-]*$/.test(text) ? text : JSON.stringify(text);
}
