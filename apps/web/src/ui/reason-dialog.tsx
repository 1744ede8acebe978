import { type ReactNode, useState } from 'react';
import { useT } from '../i18n/language.tsx';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Field, TextArea } from './field.tsx';

interface ReasonDialogProps {
  readonly open: boolean;
  readonly title: string;
  readonly label: string;
  readonly confirm: string;
  readonly intro?: ReactNode;
  readonly onClose: () => void;
  readonly onConfirm: (reason: string) => Promise<unknown>;
}

/** Asks for a reason before a state is closed; Ctrl+Enter confirms. */
export function ReasonDialog({ open, title, label, confirm, intro, onClose, onConfirm }: ReasonDialogProps) {
  const t = useT();
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (): Promise<void> => {
    setBusy(true);
    await onConfirm(reason.trim()).finally(() => setBusy(false));
    setReason('');
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" busy={busy} onClick={() => void submit()}>
            {confirm}
          </Button>
        </>
      }
    >
      {intro}
      <Field label={label} hint={t('common.optional')}>
        {(ids) => (
          <TextArea
            {...ids}
            data-first
            maxLength={1000}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !busy) void submit();
            }}
          />
        )}
      </Field>
    </Dialog>
  );
}
