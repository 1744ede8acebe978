import type { Diagnosis, Remediation } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { clsx } from 'clsx';
import { Undo2 } from 'lucide-react';
import { useT } from '../../i18n/language.tsx';
import { Section } from '../../ui/card.tsx';
import { Statement } from '../../ui/text.tsx';

const RISKS = {
  R0: 'bg-ok-tint text-ok-text',
  R1: 'bg-info-tint text-info-text',
  R2: 'bg-warning-tint text-warning-text',
  R3: 'bg-critical-tint text-critical-text',
} as const;

/** What would mend it: advice to read, nothing here changes a cluster. */
export function Repair({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const t = useT();
  if (diagnosis.remediation.length === 0) return null;
  return (
    <Section
      id="repair"
      title={t('repair.title')}
      aside={<span className="text-xs text-subtle">{t('repair.readOnly')}</span>}
    >
      <ol>
        {diagnosis.remediation.map((repair, index) => (
          <RepairItem key={index} repair={repair} first={index === 0} />
        ))}
      </ol>
    </Section>
  );
}

function RepairItem({ repair, first }: { readonly repair: Remediation; readonly first: boolean }) {
  const t = useT();
  return (
    <li className="border-b px-4 py-3 last:border-0">
      <p className={clsx('leading-snug', first ? 'font-medium' : 'text-[13px]')}>
        <Statement text={repair.statement} />
      </p>
      <p className="mt-1.5 flex flex-wrap items-center gap-2 text-xs">
        <span className={clsx('rounded-[5px] px-1.5 py-0.5 font-semibold', RISKS[repair.risk])}>
          {repair.risk} · {t(`risk.${repair.risk}`)}
        </span>
        <code className="text-subtle">{repair.action}</code>
      </p>
      {repair.preconditions.length > 0 && (
        <>
          <p className="mt-2.5 text-xs font-medium text-subtle">{t('repair.preconditions')}</p>
          <ul className="mt-0.5 list-disc pl-4 text-[13px] text-muted marker:text-subtle">
            {repair.preconditions.map((condition) => (
              <li key={condition}>
                <Statement text={condition} />
              </li>
            ))}
          </ul>
        </>
      )}
      <p className="mt-2 flex items-start gap-1.5 text-[13px] text-muted">
        <Undo2 size={14} aria-hidden className="mt-0.5 shrink-0 text-subtle" />
        <span>
          <span className="text-subtle">{t('repair.undo')}</span> <Statement text={repair.undo} />
        </span>
      </p>
    </li>
  );
}
