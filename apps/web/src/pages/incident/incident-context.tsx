import type { DiagnosisRevision } from '@headwater/contracts/http/diagnosis.ts';
import type { IncidentDetail } from '@headwater/contracts/http/incident.ts';
import { createContext, useContext } from 'react';

interface IncidentView {
  readonly incident: IncidentDetail;
  /** The revision being shown; null before the first diagnosis. */
  readonly revision: DiagnosisRevision | null;
  readonly numbers: ReadonlyMap<string, number>;
  readonly openEvidence: (id: string) => void;
}

export const IncidentContext = createContext<IncidentView | null>(null);

/** The incident and the revision of its diagnosis that the page shows. */
export function useIncidentView(): IncidentView {
  const view = useContext(IncidentContext);
  if (!view) throw new TypeError('useIncidentView belongs inside an incident page');
  return view;
}
