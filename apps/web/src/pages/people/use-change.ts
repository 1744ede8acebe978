import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../../api/api-error.ts';
import { useT } from '../../i18n/language.tsx';
import { toast } from '../../ui/toast.tsx';

/** Writes something, reads the list again, and says when it did not work. */
export function useChange(queryKey: readonly string[]) {
  const t = useT();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const change = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    setBusy(true);
    try {
      return await work();
    } catch (error) {
      toast('failed', t('common.notSaved'), error instanceof ApiError ? error.detail || error.title : undefined);
      return undefined;
    } finally {
      setBusy(false);
      await client.invalidateQueries({ queryKey });
    }
  };
  return { busy, change };
}
