import {
  Activity,
  Bell,
  Braces,
  CircleOff,
  GitCommitHorizontal,
  type LucideIcon,
  Megaphone,
  Network,
  ScrollText,
  Waypoints,
  Box,
  ChartLine,
  FileText,
} from 'lucide-react';
import type { Translate } from '../../i18n/translate.ts';

/** A kind of evidence in the reader's language; one the page does not know keeps its own name. */
export function evidenceKind(t: Translate, kind: string): string {
  return t.find(`evidence.kind.${kind}`) ?? kind;
}

const ICONS: Readonly<Record<string, LucideIcon>> = {
  field: Braces,
  event: Megaphone,
  log: ScrollText,
  metric: Activity,
  trace: Waypoints,
  absence: CircleOff,
  selection: Network,
  change: GitCommitHorizontal,
  alert: Bell,
  object: Box,
  'log-excerpt': FileText,
  series: ChartLine,
};

export function EvidenceIcon({ kind, size = 14 }: { readonly kind: string; readonly size?: number }) {
  const Icon = ICONS[kind] ?? Braces;
  return <Icon size={size} aria-hidden className="shrink-0" />;
}
