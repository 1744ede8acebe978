import { useState } from 'react';
import { act, type Verb } from '../../api/incidents.ts';
import { ApiError } from '../../api/api-error.ts';
import { useT } from '../../i18n/language.tsx';
import { toast } from '../../ui/toast.tsx';

// A browser opens six connections to one server; more at once only wait.
const AT_ONCE = 5;

interface Outcome {
  readonly done: number;
  readonly failures: readonly string[];
}

async function runAll(ids: readonly string[], work: (id: string) => Promise<unknown>): Promise<Outcome> {
  const waiting = [...ids];
  const failures: string[] = [];
  const worker = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        await work(id);
      } catch (error) {
        failures.push(error instanceof ApiError ? error.detail || error.title : String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { done: ids.length - failures.length, failures };
}

/** Does one thing to several incidents, each for itself, and says how many it was done to. */
export function useBulk(onDone: () => void) {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const run = async (
    verb: Verb,
    ids: readonly string[],
    body: Readonly<Record<string, unknown>> = {},
  ): Promise<void> => {
    if (busy || ids.length === 0) return;
    setBusy(true);
    const { done, failures } = await runAll(ids, (id) => act(id, verb, body));
    setBusy(false);
    if (done > 0) toast('done', t.count(verb === 'resolve' ? 'bulk.resolved' : 'bulk.acknowledged', done));
    if (failures.length > 0)
      toast('failed', t.count('bulk.failed', failures.length), [...new Set(failures)].join('; '));
    onDone();
  };
  return { busy, run };
}
