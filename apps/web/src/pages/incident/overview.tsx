import { LoaderCircle, SearchX } from 'lucide-react';
import { useT } from '../../i18n/language.tsx';
import { Section } from '../../ui/card.tsx';
import { State } from '../../ui/states.tsx';
import { Statement } from '../../ui/text.tsx';
import { ActivityPanel } from './activity-panel.tsx';
import { CausalPath } from './causal-path.tsx';
import { CauseCard } from './cause-card.tsx';
import { Changes } from './changes.tsx';
import { Gaps, OtherCauses, RuledOut, Symptoms, Unexplained } from './claims.tsx';
import { Delta } from './delta.tsx';
import { useIncidentView } from './incident-context.tsx';
import { Repair } from './repair.tsx';
import { Similar } from './similar.tsx';

/** The diagnosis in the order of the questions people ask, with what to do and what happened beside it. */
export function Overview() {
  const { incident, revision } = useIncidentView();
  const diagnosis = revision?.body;
  const [first] = diagnosis?.causes ?? [];
  return (
    <div className="flex flex-col gap-4 xl:grid xl:grid-cols-[minmax(0,1fr)_360px] xl:items-start">
      <div className="contents min-w-0 flex-col gap-4 xl:flex">
        {/* In one column the repair comes right after the cause: the order of the questions, not of the columns. */}
        <div className="order-1 flex min-w-0 flex-col gap-4">
          {incident.analysisSummary && incident.analysisSummary !== diagnosis?.summary && <Words />}
          {diagnosis ? <CauseCard diagnosis={diagnosis} /> : <NoDiagnosis />}
        </div>
        {diagnosis && (
          <div className="order-3 flex min-w-0 flex-col gap-4">
            {first && <CausalPath cause={first} />}
            <Changes diagnosis={diagnosis} />
            <Symptoms diagnosis={diagnosis} />
            <OtherCauses diagnosis={diagnosis} />
            <RuledOut diagnosis={diagnosis} />
            <Gaps diagnosis={diagnosis} />
            <Unexplained diagnosis={diagnosis} />
            <Delta />
          </div>
        )}
      </div>
      <div className="contents min-w-0 flex-col gap-4 xl:flex">
        <div className="order-2 min-w-0 empty:hidden">{diagnosis && <Repair diagnosis={diagnosis} />}</div>
        <div className="order-4 flex min-w-0 flex-col gap-4">
          <ActivityPanel />
          <Similar />
        </div>
      </div>
    </div>
  );
}

/** What a person wrote about it stands before what the engine found. */
function Words() {
  const t = useT();
  const { incident } = useIncidentView();
  return (
    <Section id="summary" title={t('summary.title')}>
      <div className="prose-width flex flex-col gap-2 px-4 py-3">
        <p className="whitespace-pre-wrap">
          <Statement text={incident.analysisSummary ?? ''} />
        </p>
        {incident.analysisDetail && (
          <p className="text-[13px] whitespace-pre-wrap text-muted foreign">{incident.analysisDetail}</p>
        )}
      </div>
    </Section>
  );
}

function NoDiagnosis() {
  const t = useT();
  const { incident } = useIncidentView();
  const failed = incident.diagnosisState === 'failed';
  return (
    <Section id="cause" title={t('cause.title.cause')}>
      <State
        icon={failed ? SearchX : LoaderCircle}
        tone={failed ? 'bad' : 'calm'}
        title={failed ? t('diagnosis.failed') : t('diagnosis.running')}
      >
        <p>{failed ? t('diagnosis.failedHint') : t('diagnosis.runningHint')}</p>
      </State>
    </Section>
  );
}
