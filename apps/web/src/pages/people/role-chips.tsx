import type { Binding } from '@headwater/contracts/http/auth.ts';
import { useT } from '../../i18n/language.tsx';

/** The roles of a person or program, and where they hold when not everywhere. */
export function RoleChips({ bindings }: { readonly bindings: readonly Binding[] }) {
  const t = useT();
  return (
    <ul className="flex flex-wrap gap-1.5">
      {bindings.map((binding) => {
        const place = [binding.cluster, binding.namespace].filter((part) => part !== '*').join('/');
        return (
          <li key={binding.id} className="rounded-[5px] bg-sunken px-2 py-0.5 text-xs text-muted">
            {t(`role.${binding.role}`)}
            {place !== '' && ` · ${place}`}
          </li>
        );
      })}
    </ul>
  );
}
