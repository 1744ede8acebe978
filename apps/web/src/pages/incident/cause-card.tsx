import type { Cause, Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { EyeOff, GitCommitHorizontal } from 'lucide-react';
import type { ReactNode } from 'react';
import { useT } from '../../i18n/language.tsx';
import { Section } from '../../ui/card.tsx';
import { Confidence } from '../../ui/confidence.tsx';
import { SubjectName } from '../../ui/subject.tsx';
import { Statement } from '../../ui/text.tsx';
import { EvidenceChips } from './evidence-chips.tsx';
import { EvidenceLines } from './evidence-lines.tsx';
import { useIncidentView } from './incident-context.tsx';
import { RevisionChoice } from './revision-choice.tsx';
import { VoteButtons } from './vote-buttons.tsx';

/** The answer: the cause, how sure, on what basis, and its proof. */
export function CauseCard({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const t = useT();
  const [first, ...others] = diagnosis.causes;
  const rivals = diagnosis.verdict === 'ambiguous' ? diagnosis.causes : [];
  return (
    <Section
      id="cause"
      title={t(`cause.title.${diagnosis.verdict}`)}
      aside={<RevisionChoice />}
      className="border-t-[3px] border-t-accent"
    >
      <div className="flex flex-col gap-4 p-4">
        {(diagnosis.verdict !== 'cause' || !first) && (
          <p className="prose-width text-[15px]">
            <Statement text={diagnosis.summary} />
          </p>
        )}
        {rivals.length > 0
          ? rivals.map((cause, index) => <CauseBody key={index} cause={cause} diagnosis={diagnosis} />)
          : first && <CauseBody cause={first} diagnosis={diagnosis} lead={diagnosis.verdict === 'cause'} />}
        <NotChecked diagnosis={diagnosis} />
      </div>
      <footer className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t px-4 py-2">
        <VoteButtons />
        {rivals.length === 0 && others.length > 0 && (
          <a href="#others" className="text-[13px] text-accent-text hover:underline">
            {t.count('cause.others', others.length)}
          </a>
        )}
      </footer>
    </Section>
  );
}

interface CauseBodyProps {
  readonly cause: Cause;
  readonly diagnosis: Diagnosis;
  readonly lead?: boolean;
}

function CauseBody({ cause, diagnosis, lead = false }: CauseBodyProps) {
  const t = useT();
  const change = diagnosis.changes.find((one) => one.id === cause.change);
  return (
    <div className="flex flex-col gap-3">
      <p className={lead ? 'prose-width text-[17px] leading-snug font-medium' : 'prose-width font-medium'}>
        <Statement text={cause.statement} />
      </p>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[13px]">
        <Confidence band={cause.confidence.band} long />
        <span className="text-muted foreign">{cause.confidence.basis}</span>
      </div>
      <dl className="grid gap-x-6 gap-y-1.5 text-[13px] sm:grid-cols-[auto_minmax(0,1fr)]">
        <Fact label={t('cause.subject')}>
          <SubjectName subject={cause.subject} />
        </Fact>
        <Fact label={t('cause.category')}>
          <code className="rounded-[4px] bg-sunken px-1.5 py-0.5 text-xs">{cause.category}</code>
        </Fact>
        {cause.actor && (
          <Fact label={t('cause.actor')}>
            <SubjectName subject={cause.actor} />
          </Fact>
        )}
        {change && (
          <Fact label={t('cause.change')}>
            <a href="#changes" className="inline-flex items-center gap-1 text-accent-text hover:underline">
              <GitCommitHorizontal size={14} aria-hidden />
              <span className="foreign">{change.title}</span>
            </a>
          </Fact>
        )}
      </dl>
      <EvidenceLines ids={cause.supports} />
      {cause.contradicts.length > 0 && (
        <p className="text-[13px] text-warning-text">
          {t('cause.contradicts')} <EvidenceChips ids={cause.contradicts} />
        </p>
      )}
    </div>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-subtle">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

/** What could not be looked at stands with the answer, not in a log. */
function NotChecked({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const t = useT();
  const { incident } = useIncidentView();
  if (diagnosis.gaps.length === 0) return null;
  const sources = new Intl.ListFormat(t.language).format([...new Set(diagnosis.gaps.map((gap) => gap.source))]);
  return (
    <p className="flex items-start gap-2 rounded-control bg-warning-tint px-3 py-2 text-[13px] text-warning-text">
      <EyeOff size={15} aria-hidden className="mt-0.5 shrink-0" />
      <span>
        {t('cause.notChecked', { sources })}{' '}
        <a href="#gaps" className="underline" aria-label={t('cause.notCheckedMore', { title: incident.title })}>
          {t('cause.more')}
        </a>
      </span>
    </p>
  );
}
