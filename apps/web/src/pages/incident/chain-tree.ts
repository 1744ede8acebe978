import type { Cause, ChainLink } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';

export interface PathNode {
  readonly subject: Subject;
  /** How the cause reached this subject from the one above; null at the top, and where no link says it. */
  readonly link: ChainLink | null;
  readonly children: readonly PathNode[];
}

/**
 * The links of a cause as a tree from what broke to what it reached. A link that hangs on nothing above it starts a
 * branch directly below the cause; each link is drawn once, so a circle of calls ends.
 */
export function pathTree(cause: Pick<Cause, 'subject' | 'chain'>): PathNode {
  const waiting = new Set(cause.chain);
  const take = (from: Subject): ChainLink[] => {
    const found = [...waiting].filter((link) => subjectKey(link.from) === subjectKey(from));
    for (const link of found) waiting.delete(link);
    return found;
  };
  const node = (subject: Subject, link: ChainLink | null): PathNode => {
    const links = take(subject);
    return { subject, link, children: links.map((next) => node(next.to, next)) };
  };
  const top = node(cause.subject, null);
  const loose: PathNode[] = [];
  for (let [next] = waiting; next; [next] = waiting) loose.push(node(next.from, null));
  return { ...top, children: [...top.children, ...loose] };
}

/** How many subjects the path reaches beyond the cause. */
export function reach(node: PathNode): number {
  let total = node.children.length;
  for (const child of node.children) total += reach(child);
  return total;
}
