import { Copy } from 'lucide-react';
import { useT } from '../../i18n/language.tsx';
import { copyText } from '../../platform/copy.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { toast } from '../../ui/toast.tsx';

interface SecretShownProps {
  readonly secret: string | null;
  readonly title: string;
  readonly hint: string;
  readonly onClose: () => void;
}

/** A secret that is shown this once. */
export function SecretShown({ secret, title, hint, onClose }: SecretShownProps) {
  const t = useT();
  const copy = async (): Promise<void> => {
    if (secret !== null && (await copyText(secret))) toast('done', t('common.copied'));
  };
  return (
    <Dialog
      open={secret !== null}
      onClose={onClose}
      title={title}
      footer={
        <Button look="primary" onClick={onClose}>
          {t('common.done')}
        </Button>
      }
    >
      <p className="mb-3 text-[13px] text-muted">{hint}</p>
      <div className="flex items-center gap-2">
        <code className="flex-1 rounded-control bg-sunken px-3 py-2 text-[13px] select-all foreign">{secret}</code>
        <Button icon={<Copy size={14} aria-hidden />} onClick={() => void copy()}>
          {t('common.copy')}
        </Button>
      </div>
    </Dialog>
  );
}
