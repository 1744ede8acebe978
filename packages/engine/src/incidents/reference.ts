import type { Incident } from '../ports/store/incidents.ts';

/**
 * Another incident as the events of this one name it. Its title names namespaces, so it is told only where whoever may see
 * this incident may see the other too.
 */
export function referenceFor(
  reader: Pick<Incident, 'namespaces'>,
  { id, number, title, namespaces }: Pick<Incident, 'id' | 'number' | 'title' | 'namespaces'>,
): Readonly<Record<string, unknown>> {
  const seen =
    namespaces.length === 0
      ? reader.namespaces.length === 0
      : namespaces.every((one) => reader.namespaces.includes(one));
  return seen ? { id, number, title } : { id, number };
}
