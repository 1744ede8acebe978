import type { ChainLink } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import type { Edge, Relation } from '../topology/topology.ts';
import type { TargetExplained } from './causality/explanation.ts';
import { stepsTo } from './causality/search.ts';
import type { EvidenceBook } from './evidence-book.ts';

/** The causal path of a cause: from the faulty object, step by step, to each target it explains; nearer effects first. */
export function causalChain(explained: readonly TargetExplained[], book: EvidenceBook): ChainLink[] {
  const links = new Map<string, { link: ChainLink; cost: number }>();
  const note = (link: ChainLink, cost: number): void => {
    const key = `${subjectKey(link.from)}>${subjectKey(link.to)}#${link.relation}`;
    const known = links.get(key);
    if (!known || cost < known.cost) links.set(key, { link, cost });
  };
  for (const { state, path } of explained) {
    for (const [position, edge] of path.entries()) note(structural(edge, book), position + 1);
    if (!state) continue;
    for (const { state: reached, edge, rule } of stepsTo(state)) {
      const [from, to] = rule.direction === 'to-dependent' ? [edge.to, edge.from] : [edge.from, edge.to];
      const effect = rule.how.replaceAll('{from}', formatSubject(from)).replaceAll('{to}', formatSubject(to));
      const evidence = book.enter([...edge.cite(), ...(reached.seen?.cite() ?? [])]);
      note({ from, to, relation: rule.relation, effect, evidence }, reached.cost);
    }
  }
  return [...links.values()].sort((left, right) => left.cost - right.cost).map(({ link }) => link);
}

const RELIES: Partial<Readonly<Record<Relation, string>>> = { 'relies-on': 'relies on', 'fed-by': 'is fed by' };

function structural(edge: Edge, book: EvidenceBook): ChainLink {
  const words = RELIES[edge.relation] ?? edge.relation.replaceAll('-', ' ');
  return {
    from: edge.to,
    to: edge.from,
    relation: edge.relation,
    effect: `${formatSubject(edge.from)} ${words} ${formatSubject(edge.to)}`,
    evidence: book.enter(edge.cite()),
  };
}
