import { parseJson } from './json-document.ts';
import { parseYaml } from './yaml-document.ts';

// A longer document is compared line by line: parsing two of them would cost more than it tells.
const MAX_DOCUMENT = 200_000;

/** A configuration document as a tree of maps, lists and texts; undefined for a text that is none, or one too unusual to read. */
export function parseDocument(text: string): unknown {
  if (text.length > MAX_DOCUMENT) return undefined;
  return parseJson(text) ?? parseProperties(text) ?? parseYaml(text);
}

const PROPERTY = /^([\w.$/-]+)\s*=\s*(.*)$/;
const SECTION = /^\[([\w.:/ -]+)\]$/;
const REMARK = /^[#!;]/;

/** Properties, dotenv and INI files: every line is a setting, a section or a remark. */
function parseProperties(text: string): unknown {
  const root: Record<string, unknown> = {};
  let section = root;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '' || REMARK.test(line)) continue;
    const name = SECTION.exec(line)?.[1];
    const [, key, value] = PROPERTY.exec(line) ?? [];
    if (name !== undefined) section = sectionOf(root, name);
    // A key that is set twice, or a line that goes on in the next, is beyond what a map can tell.
    else if (key === undefined || value === undefined || Object.hasOwn(section, key) || value.endsWith('\\'))
      return undefined;
    else section[key] = value;
  }
  return Object.keys(root).length === 0 ? undefined : root;
}

function sectionOf(root: Record<string, unknown>, name: string): Record<string, unknown> {
  const section: Record<string, unknown> = {};
  root[name] = section;
  return section;
}
