import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { act, type Verb } from '../../api/incidents.ts';
import { keys } from '../../api/keys.ts';
import { ApiError } from '../../api/api-error.ts';
import { useT } from '../../i18n/language.tsx';
import { toast } from '../../ui/toast.tsx';
import { useIncidentView } from './incident-context.tsx';

/** Does things to one incident: shows that it is under way, what came of it, and the incident as it then is. */
export function useVerbs(id: string) {
  const t = useT();
  const client = useQueryClient();
  const [busy, setBusy] = useState<Verb | null>(null);
  const run = async (verb: Verb, body?: Readonly<Record<string, unknown>>, target = id): Promise<boolean> => {
    if (busy) return false;
    setBusy(verb);
    try {
      await act(target, verb, body);
      toast('done', t(`done.${verb}`));
      return true;
    } catch (error) {
      const known = error instanceof ApiError ? error : null;
      toast('failed', known?.title ?? t('error.unexpected'), known?.detail);
      return false;
    } finally {
      setBusy(null);
      await client.invalidateQueries({ queryKey: keys.incident(id) });
      void client.invalidateQueries({ queryKey: keys.facets });
    }
  };
  return { busy, run };
}

export type Verbs = ReturnType<typeof useVerbs>;

/** Actions that ask for something first. */
export type Asking = 'assign' | 'resolve' | 'snooze' | 'merge';

/** Why an action cannot be done now, in the server's words; null when it can. */
export function useAvailability() {
  const t = useT();
  const { incident } = useIncidentView();
  return (action: keyof typeof incident.actions): string | null => {
    const { allowed, reason } = incident.actions[action];
    return allowed ? null : (reason ?? t('action.unavailable'));
  };
}
