import { posix } from 'node:path';
import type { Project } from '../project.ts';
import type { Rule, Violation } from '../rule.ts';

const TOP_LEVEL = /^(apps|packages|bench|recordings|deploy|docs|tools|\.ci|\.github)\/[\w@./-]+$/;

interface Reference {
  readonly line: number;
  readonly text: string;
  readonly path: string;
  readonly anchor?: string;
}

/** Lines of prose with their numbers: fenced code shows output and examples, not references. */
function proseLines(text: string): { line: string; number: number }[] {
  const prose: { line: string; number: number }[] = [];
  let fenced = false;
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
    else if (!fenced) prose.push({ line, number: index + 1 });
  }
  return prose;
}

function linksIn(document: string, text: string): Reference[] {
  const found: Reference[] = [];
  for (const { line, number } of proseLines(text)) {
    const targets = [
      ...line.matchAll(/!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)/g),
      ...line.matchAll(/\b(?:src|srcset|href)="([^"\s]+)"/g),
      ...line.matchAll(/^\[[^\]]+\]:\s*(\S+)/g),
    ];
    for (const [, target = ''] of targets) {
      if (/^[a-z][a-z0-9+.-]*:/i.test(target)) continue;
      const [file = '', anchor] = target.split('#');
      const path = file === '' ? document : posix.normalize(posix.join(posix.dirname(document), file));
      found.push({ line: number, text: target, path, ...(anchor === undefined ? {} : { anchor }) });
    }
  }
  return found;
}

function quotedPathsIn(text: string): Reference[] {
  return proseLines(text).flatMap(({ line, number }) =>
    [...line.matchAll(/`([^`]+)`/g)]
      .map(([, quoted = '']) => quoted)
      .filter((quoted) => TOP_LEVEL.test(quoted))
      .map((quoted) => ({ line: number, text: quoted, path: posix.normalize(quoted) })),
  );
}

function scriptsIn(text: string): { line: number; script: string }[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      [...line.matchAll(/\bnpm run ([a-z][\w:-]*)/g)].map(([, script = '']) => ({ line: index + 1, script })),
    );
}

function anchorsOf(text: string): Set<string> {
  const headings = proseLines(text).flatMap(({ line }) => /^#{1,6}\s+(.+?)\s*#*$/.exec(line)?.[1] ?? []);
  const slugs = headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[`*]/g, '')
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
  const named = [...text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)].map(([, name = '']) => name);
  return new Set([...slugs, ...named]);
}

function exists(project: Project, path: string): boolean {
  const clean = path.replace(/\/$/, '');
  if (clean === '.' || project.paths.has(clean)) return true;
  for (const known of project.paths) if (known.startsWith(`${clean}/`)) return true;
  return false;
}

function brokenReferences(project: Project, document: string, text: string): Violation[] {
  return [...linksIn(document, text), ...quotedPathsIn(text)].flatMap((reference) => {
    const at = { file: document, line: reference.line };
    if (!exists(project, reference.path)) return [{ ...at, text: `${reference.text} does not exist` }];
    if (!reference.anchor || !reference.path.endsWith('.md')) return [];
    const anchors = anchorsOf(project.read(reference.path) ?? '');
    return anchors.has(reference.anchor) ? [] : [{ ...at, text: `${reference.text}: no heading #${reference.anchor}` }];
  });
}

function markdown(project: Project): { path: string; text: string }[] {
  return [...project.paths]
    .filter((path) => path.endsWith('.md') && !path.includes('/fixtures/'))
    .sort()
    .map((path) => ({ path, text: project.read(path) ?? '' }));
}

export const documentPathsRule: Rule = {
  name: 'document-paths',
  means:
    'Every relative link, and every repository path in backticks, leads to something that exists: a document that lies is worse than none.',
  remedy:
    'Correct the path, or remove the sentence if what it spoke of is gone. A path that is only an example stands in a fenced block.',
  find: (project) => markdown(project).flatMap(({ path, text }) => brokenReferences(project, path, text)),
};

export const documentScriptsRule: Rule = {
  name: 'document-scripts',
  means: 'Every `npm run NAME` a document tells people to type is a script of package.json.',
  remedy: 'Name the script that does it now.',
  find: (project) => {
    const manifest = JSON.parse(project.read('package.json') ?? '{}') as { scripts?: Record<string, string> };
    return markdown(project).flatMap(({ path, text }) =>
      scriptsIn(text)
        .filter(({ script }) => manifest.scripts?.[script] === undefined)
        .map(({ line, script }) => ({ file: path, line, text: `npm run ${script} is not a script` })),
    );
  },
};
