import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useT } from '../../i18n/language.tsx';
import { Section } from '../../ui/card.tsx';
import { Confidence } from '../../ui/confidence.tsx';
import { Statement } from '../../ui/text.tsx';
import { EvidenceChips } from './evidence-chips.tsx';
import { useIncidentView } from './incident-context.tsx';

const ITEM = 'border-b px-4 py-2.5 text-[13px] last:border-0';

const SHOWN = 5;

export function Symptoms({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const t = useT();
  const [all, setAll] = useState(false);
  const shown = all ? diagnosis.symptoms : diagnosis.symptoms.slice(0, SHOWN);
  if (diagnosis.symptoms.length === 0) return null;
  return (
    <Section id="symptoms" title={t('symptoms.title')} count={diagnosis.symptoms.length}>
      <ul>
        {shown.map((symptom, index) => (
          <li key={index} className={ITEM}>
            <Statement text={symptom.statement} /> <EvidenceChips ids={symptom.evidence} />
          </li>
        ))}
      </ul>
      {diagnosis.symptoms.length > SHOWN && (
        <button
          type="button"
          className="w-full border-t px-4 py-2.5 text-left text-[13px] text-accent-text hover:underline"
          onClick={() => setAll(!all)}
        >
          {all ? t('common.less') : t.count('common.moreCount', diagnosis.symptoms.length - SHOWN)}
        </button>
      )}
    </Section>
  );
}

/** Candidates that rank below the first: a first explanation should not be the only one seen. */
export function OtherCauses({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const t = useT();
  const others = diagnosis.verdict === 'ambiguous' ? [] : diagnosis.causes.slice(1);
  if (others.length === 0) return null;
  return (
    <Section id="others" title={t('others.title')} count={others.length}>
      <ul>
        {others.map((cause, index) => (
          <li key={index} className={ITEM}>
            <div className="mb-0.5 flex flex-wrap items-center gap-x-3">
              <Confidence band={cause.confidence.band} />
              <code className="text-xs text-subtle">{cause.category}</code>
            </div>
            <Statement text={cause.statement} /> <EvidenceChips ids={[...cause.supports, ...cause.contradicts]} />
            <p className="text-xs text-subtle foreign">{cause.confidence.basis}</p>
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function RuledOut({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const t = useT();
  if (diagnosis.ruledOut.length === 0) return null;
  return (
    <Section id="ruled-out" title={t('ruledOut.title')} count={diagnosis.ruledOut.length}>
      <ul>
        {diagnosis.ruledOut.map((one, index) => (
          <li key={index} className={ITEM}>
            <Statement text={one.statement} /> <EvidenceChips ids={one.evidence} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function Gaps({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const t = useT();
  if (diagnosis.gaps.length === 0) return null;
  return (
    <Section id="gaps" title={t('gaps.title')} count={diagnosis.gaps.length}>
      <ul>
        {diagnosis.gaps.map((gap, index) => (
          <li key={index} className={ITEM}>
            <p>
              <span className="mr-2 rounded-[4px] bg-sunken px-1.5 py-0.5 text-xs text-muted">{gap.source}</span>
              <Statement text={gap.statement} />
            </p>
            <p className="mt-0.5 text-subtle">{t('gaps.wouldShow', { what: gap.wouldShow })}</p>
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function Unexplained({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const t = useT();
  const { incident } = useIncidentView();
  if (diagnosis.unexplained.length === 0) return null;
  return (
    <Section id="unexplained" title={t('unexplained.title')} count={diagnosis.unexplained.length}>
      <p className="px-4 pt-2.5 text-[13px] text-muted">{t('unexplained.hint')}</p>
      <ul className="flex flex-wrap gap-2 px-4 py-2.5">
        {diagnosis.unexplained.map((fingerprint) => (
          <li key={fingerprint}>
            <Link
              to="/incidents/$id"
              params={{ id: incident.id }}
              search={{ tab: 'alerts' }}
              className="font-mono text-xs text-accent-text hover:underline"
            >
              {fingerprint}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}
