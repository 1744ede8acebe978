import { useNavigate } from '@tanstack/react-router';
import { CheckCheck, RotateCcw, UserCheck, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useT } from '../../i18n/language.tsx';
import { copyText } from '../../platform/copy.ts';
import { useKeys } from '../../platform/use-keys.ts';
import { Button } from '../../ui/button.tsx';
import { ReasonDialog } from '../../ui/reason-dialog.tsx';
import { toast } from '../../ui/toast.tsx';
import { AssignDialog } from './assign-dialog.tsx';
import { useIncidentView } from './incident-context.tsx';
import { MergeDialog } from './merge-dialog.tsx';
import { MoreActions } from './more-actions.tsx';
import { SnoozeDialog } from './snooze-dialog.tsx';
import { type Asking, useAvailability, useVerbs, type Verbs } from './use-verbs.ts';

/** What one may do now. Whether, and why not, is the server's word; what cannot be done stays visible and says why. */
export function Actions() {
  const t = useT();
  const { incident } = useIncidentView();
  const navigate = useNavigate();
  const verbs = useVerbs(incident.id);
  const why = useAvailability();
  const [asking, setAsking] = useState<Asking | null>(null);
  const ask = (what: Asking): void => {
    if (why(what) === null) setAsking(what);
  };
  const copyLink = async (): Promise<void> => {
    if (await copyText(location.href)) toast('done', t('common.linkCopied'));
  };
  useKeys({
    a: () => {
      if (why('acknowledge') === null) void verbs.run('acknowledge');
    },
    r: () => ask('resolve'),
    s: () => ask('assign'),
    y: () => void copyLink(),
    u: () => void navigate({ to: '/incidents' }),
  });
  return (
    <div className="flex flex-wrap items-center gap-2">
      {incident.status === 'resolved' ? <Reopen verbs={verbs} /> : <Progress verbs={verbs} onAsk={ask} />}
      <Button icon={<UserPlus size={14} aria-hidden />} disabledReason={why('assign')} onClick={() => ask('assign')}>
        {t('action.assign')}
      </Button>
      <MoreActions verbs={verbs} onAsk={ask} onCopyLink={() => void copyLink()} />
      <ActionDialogs asking={asking} verbs={verbs} onClose={() => setAsking(null)} />
    </div>
  );
}

function Reopen({ verbs }: { readonly verbs: Verbs }) {
  const t = useT();
  const why = useAvailability();
  return (
    <Button
      look="primary"
      icon={<RotateCcw size={14} aria-hidden />}
      busy={verbs.busy === 'reopen'}
      disabledReason={why('reopen')}
      onClick={() => void verbs.run('reopen')}
    >
      {t('action.reopen')}
    </Button>
  );
}

interface ProgressProps {
  readonly verbs: Verbs;
  readonly onAsk: (what: Asking) => void;
}

/** The next step of its life first: acknowledge what is open, resolve what is acknowledged. */
function Progress({ verbs, onAsk }: ProgressProps) {
  const t = useT();
  const why = useAvailability();
  const { incident } = useIncidentView();
  const open = incident.status === 'open';
  return (
    <>
      {open && (
        <Button
          look="primary"
          icon={<UserCheck size={14} aria-hidden />}
          busy={verbs.busy === 'acknowledge'}
          disabledReason={why('acknowledge')}
          onClick={() => void verbs.run('acknowledge')}
        >
          {t('action.acknowledge')}
        </Button>
      )}
      <Button
        look={open ? 'plain' : 'primary'}
        icon={<CheckCheck size={14} aria-hidden />}
        busy={verbs.busy === 'resolve'}
        disabledReason={why('resolve')}
        onClick={() => onAsk('resolve')}
      >
        {t('action.resolve')}
      </Button>
    </>
  );
}

interface ActionDialogsProps {
  readonly asking: Asking | null;
  readonly verbs: Verbs;
  readonly onClose: () => void;
}

function ActionDialogs({ asking, verbs, onClose }: ActionDialogsProps) {
  const t = useT();
  const { incident } = useIncidentView();
  return (
    <>
      <ReasonDialog
        open={asking === 'resolve'}
        title={t('resolve.title', { title: incident.title })}
        label={t('resolve.reason')}
        confirm={t('action.resolve')}
        onClose={onClose}
        onConfirm={async (reason) => {
          if (await verbs.run('resolve', reason === '' ? {} : { reason })) onClose();
        }}
      />
      <AssignDialog
        open={asking === 'assign'}
        onClose={onClose}
        onAssign={(assignee) => verbs.run('assign', { assignee })}
      />
      <SnoozeDialog
        open={asking === 'snooze'}
        onClose={onClose}
        onSnooze={(minutes) => verbs.run('snooze', { minutes })}
      />
      <MergeDialog
        open={asking === 'merge'}
        onClose={onClose}
        onMerge={(ids) => verbs.run('merge', { incidentIds: ids })}
      />
    </>
  );
}
