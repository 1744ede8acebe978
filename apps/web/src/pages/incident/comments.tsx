import type { Comment } from '@headwater/contracts/http/comment.ts';
import { useQueryClient } from '@tanstack/react-query';
import { Pencil, Trash2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { addComment, deleteComment, editComment } from '../../api/incidents.ts';
import { keys } from '../../api/keys.ts';
import { ApiError } from '../../api/api-error.ts';
import { useT } from '../../i18n/language.tsx';
import { useKeys } from '../../platform/use-keys.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { TextArea } from '../../ui/field.tsx';
import { Avatar } from '../../ui/person.tsx';
import { Time } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.tsx';
import { useIncidentView } from './incident-context.tsx';

/** Writes one comment and reads the activity again; what was typed stays until it is stored. */
function useSend() {
  const t = useT();
  const client = useQueryClient();
  const { incident } = useIncidentView();
  const [busy, setBusy] = useState(false);
  const send = async (work: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    try {
      await work();
      return true;
    } catch (error) {
      toast('failed', t('comment.failed'), error instanceof ApiError ? error.detail || error.title : undefined);
      return false;
    } finally {
      setBusy(false);
      await client.invalidateQueries({ queryKey: keys.part(incident.id, 'feedback') });
    }
  };
  return { busy, send };
}

interface EditorProps {
  readonly initial?: string;
  readonly label: string;
  readonly submit: string;
  readonly onSubmit: (body: string) => Promise<boolean>;
  readonly onCancel?: () => void;
  readonly busy: boolean;
  readonly disabledReason?: string | null | undefined;
}

function Editor({ initial = '', label, submit, onSubmit, onCancel, busy, disabledReason }: EditorProps) {
  const t = useT();
  const [body, setBody] = useState(initial);
  const store = async (event?: FormEvent): Promise<void> => {
    event?.preventDefault();
    if (body.trim() === '' || busy || disabledReason) return;
    if (await onSubmit(body.trim())) setBody('');
  };
  return (
    <form onSubmit={(event) => void store(event)} className="flex flex-col gap-2">
      <TextArea
        data-comment={onCancel ? undefined : ''}
        rows={body === '' ? 1 : 3}
        aria-label={label}
        placeholder={label}
        value={body}
        maxLength={10_000}
        autoFocus={onCancel !== undefined}
        onChange={(event) => setBody(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void store();
          if (event.key !== 'Escape') return;
          if (onCancel) onCancel();
          else event.currentTarget.blur();
        }}
      />
      {(body !== '' || onCancel) && (
        <div className="flex items-center justify-end gap-2">
          <span className="mr-auto text-xs text-subtle">{t('comment.keys')}</span>
          {onCancel && <Button onClick={onCancel}>{t('common.cancel')}</Button>}
          <Button type="submit" look="primary" busy={busy} disabledReason={disabledReason}>
            {submit}
          </Button>
        </div>
      )}
    </form>
  );
}

export function CommentForm() {
  const t = useT();
  const { incident } = useIncidentView();
  const { busy, send } = useSend();
  const availability = incident.actions.comment;
  useKeys({ c: () => document.querySelector<HTMLElement>('[data-comment]')?.focus() });
  return (
    <Editor
      label={t('comment.write')}
      submit={t('comment.send')}
      busy={busy}
      disabledReason={availability.allowed ? null : availability.reason}
      onSubmit={(body) => send(() => addComment(incident.id, body))}
    />
  );
}

export function CommentItem({ comment }: { readonly comment: Comment }) {
  const t = useT();
  const { incident } = useIncidentView();
  const { busy, send } = useSend();
  const [editing, setEditing] = useState(false);
  const store = async (body: string): Promise<boolean> => {
    const stored = await send(() => editComment(incident.id, comment.id, body));
    if (stored) setEditing(false);
    return stored;
  };
  return (
    <li className="group/comment relative flex gap-2.5 pb-3 last:pb-0">
      <Avatar name={comment.author.name} size={21} />
      <div className="min-w-0 flex-1 rounded-control border px-3 py-2 text-[13px]">
        <p className="flex items-center gap-1.5">
          <span className="font-medium">{comment.author.name}</span>
          <Time at={comment.createdAt} className="text-xs text-subtle" />
          {comment.editedAt && <span className="text-xs text-subtle">({t('comment.edited')})</span>}
          {comment.mine && !editing && (
            <span className="ml-auto flex opacity-60 group-hover/comment:opacity-100 focus-within:opacity-100">
              <IconButton
                className="size-6!"
                label={t('comment.edit')}
                icon={<Pencil size={12} aria-hidden />}
                onClick={() => setEditing(true)}
              />
              <IconButton
                className="size-6!"
                label={t('comment.delete')}
                icon={<Trash2 size={12} aria-hidden />}
                onClick={() => void send(() => deleteComment(incident.id, comment.id))}
              />
            </span>
          )}
        </p>
        {editing ? (
          <Editor
            initial={comment.body}
            label={t('comment.edit')}
            submit={t('common.save')}
            busy={busy}
            onSubmit={store}
            onCancel={() => setEditing(false)}
          />
        ) : (
          <p className="mt-0.5 whitespace-pre-wrap foreign">{comment.body}</p>
        )}
      </div>
    </li>
  );
}
