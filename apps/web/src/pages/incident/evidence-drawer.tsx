import type { Subject } from '@headwater/core/subject.ts';
import { useQuery } from '@tanstack/react-query';
import { ChevronLeft, ChevronRight, Copy, ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { readEvidenceItem } from '../../api/incidents.ts';
import { keys } from '../../api/keys.ts';
import { useT } from '../../i18n/language.tsx';
import { copyText } from '../../platform/copy.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Failure, Skeleton } from '../../ui/states.tsx';
import { SubjectName } from '../../ui/subject.tsx';
import { Statement } from '../../ui/text.tsx';
import { Time } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';
import { EvidenceContent } from './evidence-content.tsx';
import { EvidenceIcon, evidenceKind } from './evidence-kind.tsx';
import { citationsOf } from './evidence-numbers.ts';
import { useIncidentView } from './incident-context.tsx';

interface EvidenceDrawerProps {
  readonly id: string | undefined;
  readonly onClose: () => void;
}

/** One thing that was read: what it says, where and when it was read, and which claims rest on it. */
export function EvidenceDrawer({ id, onClose }: EvidenceDrawerProps) {
  const t = useT();
  const { numbers } = useIncidentView();
  const number = id === undefined ? undefined : numbers.get(id);
  return (
    <Dialog
      open={id !== undefined}
      onClose={onClose}
      shape="side"
      title={number === undefined ? t('evidence.one') : t('evidence.numbered', { number })}
    >
      {id !== undefined && <EvidenceBody id={id} />}
    </Dialog>
  );
}

function EvidenceBody({ id }: { readonly id: string }) {
  const t = useT();
  const { incident, revision, openEvidence, numbers } = useIncidentView();
  const cited = revision?.body.evidence[id];
  const stored = useQuery({
    queryKey: keys.part(incident.id, 'evidence-item', id),
    queryFn: ({ signal }) => readEvidenceItem(incident.id, id, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const evidence = cited ?? stored.data;
  const order = [...numbers.keys()];
  const place = order.indexOf(id);
  const step = (by: number): void => {
    const next = order[place + by];
    if (next) openEvidence(next);
  };
  if (!evidence) return stored.isError ? <Failure error={stored.error} /> : <Skeleton className="h-40" />;
  const time = cited?.time ?? stored.data?.observedAt;
  const copy = async (): Promise<void> => {
    if (await copyText(`${evidence.text}\n${queryOf(evidence)}`)) toast('done', t('common.copied'));
  };
  return (
    <div className="flex flex-col gap-5">
      <div className="flex items-center gap-2">
        <span className="inline-flex items-center gap-1.5 rounded-[5px] bg-accent-tint px-2 py-1 text-xs font-semibold text-accent-text">
          <EvidenceIcon kind={evidence.kind} />
          {evidenceKind(t, evidence.kind)}
        </span>
        <span className="text-[13px] text-muted">{evidence.source}</span>
        {place >= 0 && (
          <span className="ml-auto flex items-center gap-1">
            <IconButton
              label={t('evidence.previous')}
              icon={<ChevronLeft size={16} aria-hidden />}
              onClick={() => step(-1)}
              disabledReason={place === 0 ? t('evidence.first') : null}
            />
            <IconButton
              label={t('evidence.next')}
              icon={<ChevronRight size={16} aria-hidden />}
              onClick={() => step(1)}
              disabledReason={place === order.length - 1 ? t('evidence.last') : null}
            />
          </span>
        )}
      </div>
      {stored.data?.withheld ? (
        <p className="text-muted">{t('evidence.withheld')}</p>
      ) : (
        <pre className="max-h-72 overflow-y-auto rounded-control bg-sunken p-3 text-xs leading-relaxed whitespace-pre-wrap foreign">
          {evidence.text}
        </pre>
      )}
      <EvidenceContent series={cited?.series} content={stored.data?.content} />
      <Provenance id={id} evidence={evidence} time={time} collected={stored.data?.collectedAt} />
      {evidence.redacted && (
        <p className="flex items-center gap-2 text-[13px] text-muted">
          <ShieldCheck size={15} aria-hidden className="text-ok" />
          {t('evidence.redacted')}
        </p>
      )}
      <div>
        <Button icon={<Copy size={14} aria-hidden />} onClick={() => void copy()}>
          {t('evidence.copy')}
        </Button>
      </div>
      <Citations id={id} />
    </div>
  );
}

interface Queried {
  readonly query: string;
  readonly promql?: string | undefined;
}

/** What somebody can ask again by themselves: PromQL where there is one. */
function queryOf({ query, promql }: Queried): string {
  return promql ?? query;
}

interface ProvenanceProps {
  readonly id: string;
  readonly evidence: Queried & { readonly subject?: Subject | null | undefined };
  readonly time: string | null | undefined;
  readonly collected: string | undefined;
}

/** Where and when it was read, so that anybody can read it again. */
function Provenance({ id, evidence, time, collected }: ProvenanceProps) {
  const t = useT();
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-5 gap-y-2 text-[13px]">
      {evidence.subject && (
        <Row label={t('evidence.subject')}>
          <SubjectName subject={evidence.subject} />
        </Row>
      )}
      <Row label={t('evidence.time')}>
        {time ? <Time at={time} as="clock" className="tabular" /> : t('evidence.timeless')}
      </Row>
      {collected && (
        <Row label={t('evidence.collected')}>
          <Time at={collected} as="clock" className="tabular" />
        </Row>
      )}
      <Row label={t('evidence.query')}>
        <code className="text-xs foreign">{queryOf(evidence)}</code>
      </Row>
      <Row label={t('evidence.id')}>
        <code className="text-xs foreign">{id}</code>
      </Row>
    </dl>
  );
}

function Row({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-subtle">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

function Citations({ id }: { readonly id: string }) {
  const t = useT();
  const { revision } = useIncidentView();
  const citations = revision ? citationsOf(revision.body, id) : [];
  if (citations.length === 0) return null;
  return (
    <section>
      <h3 className="mb-1.5 text-xs font-medium text-subtle">{t('evidence.citedBy')}</h3>
      <ul className="flex flex-col gap-2 text-[13px]">
        {citations.map((citation, index) => (
          <li key={index} className="border-l-2 border-accent/60 pl-3">
            <span className="block text-xs text-subtle">{t(`citation.${citation.role}`)}</span>
            <Statement text={citation.statement} />
          </li>
        ))}
      </ul>
    </section>
  );
}
