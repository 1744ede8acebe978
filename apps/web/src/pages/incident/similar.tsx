import { Link } from '@tanstack/react-router';
import { useT } from '../../i18n/language.tsx';
import { Section } from '../../ui/card.tsx';
import { StatusPill } from '../../ui/status.tsx';
import { plainStatement } from '../../ui/text.tsx';
import { Time } from '../../ui/time.tsx';
import { useIncidentView } from './incident-context.tsx';

/** What this reminds of, why, and what ended it then. */
export function Similar() {
  const t = useT();
  const { incident } = useIncidentView();
  if (incident.similar.length === 0) return null;
  return (
    <Section id="similar" title={t('similar.title')} count={incident.similar.length}>
      <ul>
        {incident.similar.map((one) => (
          <li key={one.id} className="border-b px-4 py-2.5 text-[13px] last:border-0">
            <p className="flex items-start gap-2">
              <Link
                to="/incidents/$id"
                params={{ id: one.id }}
                className="min-w-0 flex-1 font-medium hover:underline foreign"
              >
                {one.title} <span className="font-normal text-subtle tabular">#{one.number}</span>
              </Link>
              <StatusPill status={one.status} />
            </p>
            {one.cause && <p className="line-clamp-2 text-muted foreign">{plainStatement(one.cause)}</p>}
            <p className="text-xs text-subtle foreign">
              {one.why} · <Time at={one.startedAt} />
            </p>
            {one.resolveReason && (
              <p className="mt-0.5 text-muted">{t('similar.resolved', { reason: one.resolveReason })}</p>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
