import { fieldText } from './field-text.ts';

interface EvidenceTextProps {
  readonly kind: string;
  readonly text: string;
}

/** What was read, for a row: of a field its value stands out and where it stands is quiet; the rest is as it was. */
export function EvidenceText({ kind, text }: EvidenceTextProps) {
  const field = kind === 'field' ? fieldText(text) : null;
  if (!field) return <code className="line-clamp-2 text-xs leading-relaxed foreign">{text}</code>;
  return (
    <>
      <span className="block text-xs text-muted foreign">
        {field.object} <code className="text-subtle">{field.path}</code>
      </span>
      <code className="line-clamp-2 text-xs leading-relaxed font-medium foreign">{field.value}</code>
    </>
  );
}
