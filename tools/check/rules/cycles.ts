import type { Project } from '../project.ts';
import type { Rule } from '../rule.ts';
import { resolveImport } from './layers.ts';

/** Every group of files that import each other at run time, each sorted by path. */
function runtimeCycles(project: Project): string[][] {
  const graph = new Map(
    project.sources.map((file) => {
      const runtime = file.imports.filter((one) => !one.typeOnly).map((one) => resolveImport(file.path, one.specifier));
      return [file.path, runtime.filter((path) => path !== undefined && path !== file.path)] as const;
    }),
  );
  return stronglyConnected(graph as ReadonlyMap<string, readonly string[]>)
    .filter((group) => group.length > 1)
    .map((group) => group.sort());
}

interface Visit {
  readonly order: number;
  low: number;
}

/** Tarjan's algorithm; recursion depth is the longest import chain, far below the stack limit. */
function stronglyConnected(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const groups: string[][] = [];
  const visits = new Map<string, Visit>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const enter = (node: string): Visit => {
    const visit = { order: visits.size, low: visits.size };
    visits.set(node, visit);
    stack.push(node);
    onStack.add(node);
    for (const next of graph.get(node) ?? []) {
      if (!graph.has(next)) continue;
      const seen = visits.get(next);
      if (!seen) visit.low = Math.min(visit.low, enter(next).low);
      else if (onStack.has(next)) visit.low = Math.min(visit.low, seen.order);
    }
    if (visit.low === visit.order) groups.push(closeGroup(node, stack, onStack));
    return visit;
  };
  for (const node of graph.keys()) if (!visits.has(node)) enter(node);
  return groups;
}

function closeGroup(root: string, stack: string[], onStack: Set<string>): string[] {
  const group = stack.splice(stack.lastIndexOf(root));
  for (const member of group) onStack.delete(member);
  return group;
}

export const cyclesRule: Rule = {
  name: 'no-cycles',
  means:
    'No file imports itself through others at run time: in a cycle the order of loading decides what is undefined. `import type` is erased and does not count.',
  remedy: 'Move what both sides need into a third file, or make the import that only needs a type an `import type`.',
  find: (project) =>
    runtimeCycles(project).map((group) => ({
      file: group[0] ?? '',
      text: `imports itself through ${group.join(', ')}`,
    })),
};
