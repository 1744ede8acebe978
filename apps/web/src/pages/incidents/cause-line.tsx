import type { IncidentItem } from '@headwater/contracts/http/incident.ts';
import { LoaderCircle } from 'lucide-react';
import { useT } from '../../i18n/language.tsx';
import { Confidence } from '../../ui/confidence.tsx';
import { plainStatement } from '../../ui/text.tsx';
import { shortCause } from './short-cause.ts';

/** The likeliest cause in one line, or what is known instead of one. */
export function CauseLine({ incident }: { readonly incident: IncidentItem }) {
  const t = useT();
  if (incident.cause !== null && incident.verdict !== 'no-fault') {
    return (
      <span className="flex min-w-0 items-start gap-2 lg:items-center">
        {incident.verdict === 'ambiguous' ? (
          <span className="shrink-0 text-xs leading-5 font-semibold text-warning-text">{t('verdict.ambiguous')}</span>
        ) : (
          incident.confidence && (
            <span className="inline-flex h-5 items-center">
              <Confidence band={incident.confidence} />
            </span>
          )
        )}
        <span className="line-clamp-2 text-muted foreign lg:line-clamp-1" title={plainStatement(incident.cause)}>
          {shortCause(incident.cause, incident.title)}
        </span>
      </span>
    );
  }
  if (incident.diagnosisState === 'pending' || incident.diagnosisState === 'running') {
    return (
      <span className="flex items-center gap-1.5 text-subtle">
        <LoaderCircle size={13} aria-hidden className="animate-spin motion-reduce:animate-none" />
        {t('diagnosis.running')}
      </span>
    );
  }
  if (incident.diagnosisState === 'failed') return <span className="text-critical-text">{t('diagnosis.failed')}</span>;
  return <span className="text-subtle">{t(`verdict.${incident.verdict ?? 'insufficient-evidence'}`)}</span>;
}
