import type { Binding } from '@headwater/contracts/http/auth.ts';
import { useT } from '../../i18n/language.tsx';

/** One role, and where it holds when not everywhere. */
export function RoleChip({ binding }: { readonly binding: Binding }) {
  const t = useT();
  const place = [binding.cluster, binding.namespace].filter((part) => part !== '*').join('/');
  return (
    <span className="rounded-[5px] bg-sunken px-2 py-0.5 text-xs text-muted">
      {t(`role.${binding.role}`)}
      {place !== '' && ` · ${place}`}
    </span>
  );
}

/** The roles of a person or program. */
export function RoleChips({ bindings }: { readonly bindings: readonly Binding[] }) {
  return (
    <ul className="flex flex-wrap gap-1.5">
      {bindings.map((binding) => (
        <li key={binding.id}>
          <RoleChip binding={binding} />
        </li>
      ))}
    </ul>
  );
}
