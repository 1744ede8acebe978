import type { Subject } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import { errorClassOf, isOfOthers } from '../logs/error-classes.ts';
import type { LogTemplate } from '../snapshot/input.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Term } from './suspects.ts';

// What a workload says of others is their trouble told by it.
const ABOUT_OTHERS = 0.3;
const SURGE = 5;

/** Shapes of error lines that were not there before `since`, or became many times as frequent. */
export function logTerms(snapshot: Snapshot, since: Millis): Term[] {
  return snapshot.logs.all.flatMap((stream) => {
    const pod = { kind: 'Pod', namespace: stream.namespace, name: stream.pod };
    return stream.templates.flatMap((template) => {
      const novelty = template.level === 'error' ? noveltyOf(template, since) : 0;
      if (novelty === 0) return [];
      const { text } = template.sample;
      const found = errorClassOf(text);
      const ofOthers = (found !== null && isOfOthers(found)) || namesAnother(snapshot, snapshot.owners.root(pod), text);
      const value = novelty * (ofOthers ? ABOUT_OTHERS : 1);
      return [
        {
          subject: snapshot.owners.root(pod),
          name: 'new-errors' as const,
          value,
          says: `logs \`${template.pattern.slice(0, 120)}\` ${template.count} times`,
        },
      ];
    });
  });
}

function noveltyOf({ sample, last, count }: LogTemplate, since: Millis): number {
  if (sample.time === null || last.time === null || last.time < since) return 0;
  const weight = Math.min(1, Math.log1p(count) / Math.log1p(SURGE));
  return sample.time >= since ? weight : 0;
}

const WORD = /[a-z0-9](?:[-a-z0-9]{1,61}[a-z0-9])/g;
// Words before the name of whom a program called.
const CALLED =
  /(?:call(?:ing|ed)?|request|connect\w*|fetch\w*|reach|from|to|by|upstream|service|host|at|get|post|\/\/)[\s:"'`=(]*$/i;

/** Whether a line says that it is about a Service of the cluster other than the one that wrote it. */
function namesAnother(snapshot: Snapshot, self: Subject, text: string): boolean {
  for (const match of text.matchAll(WORD)) {
    const [name] = match;
    if (name === self.name || !snapshot.objects.get('Service', self.namespace, name)) continue;
    if (CALLED.test(text.slice(Math.max(0, match.index - 24), match.index))) return true;
  }
  return false;
}
