import { useQuery, useQueryClient } from '@tanstack/react-query';
import { clsx } from 'clsx';
import { ThumbsDown, ThumbsUp } from 'lucide-react';
import { readFeedback, vote } from '../../api/incidents.ts';
import { keys } from '../../api/keys.ts';
import { ApiError } from '../../api/api-error.ts';
import { useT } from '../../i18n/language.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { toast } from '../../ui/toast.tsx';
import { useIncidentView } from './incident-context.tsx';

const CHOICES = [
  { value: 'up', icon: ThumbsUp },
  { value: 'down', icon: ThumbsDown },
] as const;

/** Whether the diagnosis helped; a second press takes the vote back. */
export function VoteButtons() {
  const t = useT();
  const { incident } = useIncidentView();
  const client = useQueryClient();
  const key = keys.part(incident.id, 'feedback');
  const { data } = useQuery({ queryKey: key, queryFn: ({ signal }) => readFeedback(incident.id, signal) });
  const cast = async (value: 'up' | 'down'): Promise<void> => {
    try {
      await vote(incident.id, data?.myVote === value ? 'none' : value);
    } catch (error) {
      toast('failed', t('vote.failed'), error instanceof ApiError ? error.detail : undefined);
    }
    await client.invalidateQueries({ queryKey: key });
  };
  const counts = { up: data?.upVotes ?? 0, down: data?.downVotes ?? 0 };
  return (
    <div role="group" aria-label={t('vote.question')} className="flex items-center gap-2">
      <span className="text-[13px] text-muted">{t('vote.question')}</span>
      {CHOICES.map(({ value, icon: Icon }) => {
        const mine = data?.myVote === value;
        return (
          <button
            key={value}
            type="button"
            aria-pressed={mine}
            onClick={() => void cast(value)}
            className={clsx(buttonClass('plain', 'small'), mine && 'border-accent! bg-accent-tint! text-accent-text')}
          >
            <Icon size={13} aria-hidden />
            {t(`vote.${value}`)}
            {counts[value] > 0 && <span className="tabular">{counts[value]}</span>}
          </button>
        );
      })}
    </div>
  );
}
