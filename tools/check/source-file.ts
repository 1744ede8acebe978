import { type Comment, type ParseResult, parseSync } from 'oxc-parser';

export interface Import {
  readonly specifier: string;
  /** Erased before the program runs, so it cannot close a runtime cycle. */
  readonly typeOnly: boolean;
  readonly line: number;
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lineCount: number;
  readonly program: ParseResult['program'];
  readonly imports: readonly Import[];
  readonly comments: readonly Comment[];
  readonly lineAt: (offset: number) => number;
}

/** Parses one TypeScript file; the tools share this so that a file is read once per run. */
export function parseSourceFile(path: string, text: string): SourceFile {
  const parsed = parseSync(path, text, { astType: 'ts' });
  const lineAt = lineCounter(text);
  return {
    path,
    text,
    lineCount: text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    program: parsed.program,
    imports: importsOf(parsed.module, text, lineAt),
    comments: parsed.comments,
    lineAt,
  };
}

function importsOf(module: ParseResult['module'], text: string, lineAt: (offset: number) => number): Import[] {
  const found: Import[] = [];
  for (const entry of module.staticImports) {
    // `import { type A }` keeps the import at run time under verbatimModuleSyntax; only `import type` is erased.
    const typeOnly = /^import\s+type\b/.test(text.slice(entry.start, entry.end));
    found.push({ specifier: entry.moduleRequest.value, typeOnly, line: lineAt(entry.start) });
  }
  for (const statement of module.staticExports) {
    const request = statement.entries.find((entry) => entry.moduleRequest)?.moduleRequest;
    if (!request) continue;
    const typeOnly = /^export\s+type\b/.test(text.slice(statement.start, statement.end));
    found.push({ specifier: request.value, typeOnly, line: lineAt(statement.start) });
  }
  for (const entry of module.dynamicImports) {
    const literal = /^(['"])(.*)\1$/.exec(text.slice(entry.moduleRequest.start, entry.moduleRequest.end));
    if (literal?.[2] !== undefined) found.push({ specifier: literal[2], typeOnly: false, line: lineAt(entry.start) });
  }
  return found;
}

function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}

/** A node of the syntax tree as the walker sees it: a type name, a place, and anything else. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Visits every node, parents before children; `parents` runs from the root to the nearest parent. */
export function walk(root: unknown, visit: (node: SyntaxNode, parents: readonly SyntaxNode[]) => void): void {
  const parents: SyntaxNode[] = [];
  const step = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) step(item);
      return;
    }
    if (!isSyntaxNode(value)) return;
    visit(value, parents);
    parents.push(value);
    for (const child of Object.values(value)) if (typeof child === 'object') step(child);
    parents.pop();
  };
  step(root);
}

export function isSyntaxNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
