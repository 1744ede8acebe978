import { isGenerated, isProductSource, type Project } from '../project.ts';
import type { Rule, Violation } from '../rule.ts';
import { type SourceFile, type SyntaxNode, walk } from '../source-file.ts';

/** The numbers of "Budgets" in the architecture, in lines unless said otherwise. */
export const BUDGETS = {
  fileMedian: 90,
  file95: 350,
  fileCap: 500,
  componentFileCap: 250,
  testFileCap: 800,
  function95: 40,
  functionCap: 80,
  anyPerThousandLines: 0.2,
} as const;

function shipped(project: Project): SourceFile[] {
  return project.sources.filter((file) => isProductSource(file.path) && !isGenerated(file));
}

/** The smallest value that at least `share` of the values do not exceed. */
function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

interface FunctionSize {
  readonly file: SourceFile;
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

function functionsIn(file: SourceFile): FunctionSize[] {
  const found: FunctionSize[] = [];
  walk(file.program, (node, parents) => {
    if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) return;
    const lines = file.lineAt(node.end) - file.lineAt(node.start) + 1;
    found.push({ file, name: functionName(node, parents), line: file.lineAt(node.start), lines });
  });
  return found;
}

function functionName(node: SyntaxNode, parents: readonly SyntaxNode[]): string {
  const parent = parents.at(-1);
  for (const candidate of [node['id'], parent?.['id'], parent?.['key']]) {
    const name = (candidate as { name?: unknown } | null | undefined)?.name;
    if (typeof name === 'string') return name;
  }
  return 'an anonymous function';
}

function fileSizes(project: Project): Violation[] {
  const found: Violation[] = [];
  for (const file of project.sources) {
    if (isGenerated(file)) continue;
    const cap = capOf(file.path);
    if (file.lineCount > cap) found.push({ file: file.path, text: `${file.lineCount} lines; the cap is ${cap}` });
  }
  const sizes = shipped(project).map((file) => file.lineCount);
  found.push(...above('packages', 'median file', percentile(sizes, 0.5), BUDGETS.fileMedian));
  found.push(...above('packages', '95th percentile file', percentile(sizes, 0.95), BUDGETS.file95));
  return found;
}

function capOf(path: string): number {
  if (/\.test\.tsx?$/.test(path)) return BUDGETS.testFileCap;
  return path.endsWith('.tsx') ? BUDGETS.componentFileCap : BUDGETS.fileCap;
}

function above(file: string, what: string, value: number, limit: number): Violation[] {
  return value > limit ? [{ file, text: `the ${what} has ${value} lines; the budget is ${limit}` }] : [];
}

export const fileSizeRule: Rule = {
  name: 'budget-file',
  means: `A file has one purpose that fits the head: median ${BUDGETS.fileMedian} lines, 95th percentile ${BUDGETS.file95}, cap ${BUDGETS.fileCap} (components ${BUDGETS.componentFileCap}, tests ${BUDGETS.testFileCap}).`,
  remedy: 'Split by purpose, not by length: name the second purpose, give it a file of that name.',
  find: fileSizes,
};

export const functionSizeRule: Rule = {
  name: 'budget-function',
  means: `A function can be read without scrolling: 95th percentile ${BUDGETS.function95} lines, cap ${BUDGETS.functionCap}.`,
  remedy: 'Give each step a name and a function of its own; turn a long if-chain into a table.',
  find: (project) => {
    const all = shipped(project).flatMap(functionsIn);
    const long = all
      .filter((one) => one.lines > BUDGETS.functionCap)
      .map((one) => ({
        file: one.file.path,
        line: one.line,
        text: `${one.name} has ${one.lines} lines; the cap is ${BUDGETS.functionCap}`,
      }));
    const high = percentile(
      all.map((one) => one.lines),
      0.95,
    );
    return [...long, ...above('packages', '95th percentile function', high, BUDGETS.function95)];
  },
};

export const anyRule: Rule = {
  name: 'budget-any',
  means: `\`any\` switches the types off: at most ${BUDGETS.anyPerThousandLines} in 1,000 lines. @ts-ignore and @ts-nocheck never.`,
  remedy:
    'Use unknown and narrow it, or parse foreign data with a schema; @ts-expect-error with a reason where a library is wrong.',
  find: (project) => {
    const files = shipped(project);
    const uses: Violation[] = [];
    for (const file of files) {
      walk(file.program, (node) => {
        if (node.type === 'TSAnyKeyword') uses.push({ file: file.path, line: file.lineAt(node.start), text: 'any' });
      });
    }
    const allowed = (sum(files.map((file) => file.lineCount)) / 1000) * BUDGETS.anyPerThousandLines;
    return [...(uses.length > allowed ? uses : []), ...switchedOff(project)];
  },
};

function switchedOff(project: Project): Violation[] {
  return project.sources.flatMap((file) =>
    file.comments
      .filter((comment) => /^\s*@ts-(ignore|nocheck)/.test(comment.value))
      .map((comment) => ({ file: file.path, line: file.lineAt(comment.start), text: comment.value.trim() })),
  );
}

function filledLines(text: string): number {
  return text.split('\n').filter((line) => line.trim() !== '').length;
}

export const testRatioRule: Rule = {
  name: 'budget-tests',
  means:
    'In packages/ there are at least as many lines of tests as of source. Fixtures in YAML and the test kit count as tests.',
  remedy:
    'Test what can fail: a table of inputs, a property, a fixture of a real object; not a second copy of the code.',
  find: (project) => {
    let source = 0;
    let tests = 0;
    for (const path of project.paths) {
      if (!path.startsWith('packages/')) continue;
      const isTest =
        /\.test\.ts$|\/test-[a-z-]+\.ts$|\/fixtures\/.*\.(ya?ml|json|ts|txt)$|^packages\/testkit\/src\//.test(path);
      if (isTest) tests += filledLines(project.read(path) ?? '');
      else if (isProductSource(path) && !path.includes('/generated/')) source += filledLines(project.read(path) ?? '');
    }
    return tests >= source ? [] : [{ file: 'packages', text: `${tests} lines of tests for ${source} lines of source` }];
  },
};
