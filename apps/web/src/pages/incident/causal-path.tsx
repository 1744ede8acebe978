import type { Cause } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { clsx } from 'clsx';
import { ArrowDown, Crosshair } from 'lucide-react';
import { useT } from '../../i18n/language.tsx';
import { Section } from '../../ui/card.tsx';
import { SubjectName } from '../../ui/subject.tsx';
import { Statement } from '../../ui/text.tsx';
import { type PathNode, pathTree, reach } from './chain-tree.ts';
import { EvidenceChips } from './evidence-chips.tsx';

/** How the cause reached what alerts, from the top down; a branch is a step to the right. */
export function CausalPath({ cause }: { readonly cause: Cause }) {
  const t = useT();
  const tree = pathTree(cause);
  const reached = reach(tree);
  if (reached === 0) return null;
  return (
    <Section
      id="path"
      title={t('path.title')}
      aside={<span className="text-xs text-subtle">{t.count('path.reach', reached)}</span>}
    >
      <div className="px-4 py-4">
        <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1 rounded-control border border-accent/50 bg-accent-tint px-3 py-2">
          <Crosshair size={15} aria-hidden className="shrink-0 text-accent" />
          <SubjectName subject={tree.subject} className="text-[13px]" />
          <span className="ml-auto text-xs font-semibold text-accent-text">{t('path.cause')}</span>
        </div>
        <Steps nodes={tree.children} />
      </div>
    </Section>
  );
}

function Steps({ nodes }: { readonly nodes: readonly PathNode[] }) {
  const branches = nodes.length > 1;
  return (
    <ol className={clsx('flex flex-col', branches && 'gap-0')}>
      {nodes.map((node, index) => (
        <li
          key={index}
          className={clsx(
            'relative',
            branches ? 'ml-4 border-l-2 border-line pl-4 sm:ml-5 sm:pl-5' : 'pl-0',
            branches && index === nodes.length - 1 && 'border-transparent',
          )}
        >
          {branches && index === nodes.length - 1 && (
            <span aria-hidden className="absolute top-0 -left-[2px] h-[4.25rem] w-0 border-l-2 border-line" />
          )}
          <Step node={node} branch={branches} />
          {node.children.length > 0 && <Steps nodes={node.children} />}
        </li>
      ))}
    </ol>
  );
}

function Step({ node, branch }: { readonly node: PathNode; readonly branch: boolean }) {
  const t = useT();
  return (
    <div className={clsx(branch && 'pt-1')}>
      <div className={clsx('flex items-start gap-2 py-2 text-[13px] text-muted', branch ? 'pl-0' : 'pl-4')}>
        {!branch && <ArrowDown size={15} aria-hidden className="mt-0.5 shrink-0 text-subtle" />}
        <span className="min-w-0 foreign">
          {node.link ? <Statement text={node.link.effect} /> : t('path.affects')}
          {node.link && <EvidenceChips ids={node.link.evidence} />}
        </span>
      </div>
      <div className="relative rounded-control border bg-surface px-3 py-2 text-[13px]">
        {branch && (
          <span aria-hidden className="absolute top-1/2 -left-4 w-4 border-t-2 border-line sm:-left-5 sm:w-5" />
        )}
        <SubjectName subject={node.subject} />
      </div>
    </div>
  );
}
